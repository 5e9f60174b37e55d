import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { codeOf } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { ANY_ETAG, type ConfigurationBackup, firstStart } from '@parley/directory';
import { type OwnDirectory, openConfigurationBackup } from '@parley/directory/own';
import { canonical } from '../src/backup/canonical.ts';
import { headerLine, headerOf, type ObjectLine, type SignedHeader, signedText } from '../src/backup/file-format.ts';
import { signingKeyIn } from '../src/backup/signing-key.ts';
import { withOwn } from './with-database.ts';

const clock = new FakeClock();
const by = { who: 'ann' };
const timeZone = 'UTC';

let folder: string;
let keyFile: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-backup-'));
  keyFile = join(folder, 'key.pem');
});
after(() => rm(folder, { recursive: true }));

let made = 0;
const newFile = () => join(folder, `backup${++made}.gz`);

async function exportedBy({ backup }: Pick<House, 'backup'>): Promise<string> {
  const file = newFile();
  await backup.exportConfiguration(file, by);
  return file;
}

interface House {
  readonly objects: OwnDirectory;
  readonly database: Database;
  readonly backup: ConfigurationBackup;
}

/** Lends a directory with its backup; with the objects of a first start unless it is to be empty. */
const withHouse = (use: (house: House) => Promise<void>, { empty = false } = {}) =>
  withOwn(async (objects, database) => {
    if (!empty) await firstStart(objects, { clock, timeZone });
    await use({ objects, database, backup: openConfigurationBackup({ database, clock, keyFile }) });
  });

/** The header of a file, and its objects as text. */
async function parts(file: string): Promise<{ header: SignedHeader; text: string; lines: string[] }> {
  const bytes = await readFile(file);
  const end = bytes.indexOf(10);
  const text = gunzipSync(bytes.subarray(end + 1)).toString();
  return { header: headerOf(bytes.subarray(0, end).toString()), text, lines: text.trimEnd().split('\n') };
}

/** Writes lines with a header that is right for them but for `wrong`, signed with our key or another. */
async function write(
  lines: readonly string[],
  { key = keyFile, wrong = {}, octets }: { key?: string; wrong?: Partial<SignedHeader>; octets?: Buffer } = {},
): Promise<string> {
  const text = octets ?? Buffer.from(lines.map(line => `${line}\n`).join(''));
  const packed = gzipSync(text);
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const kind: unknown = JSON.parse(line).kind;
    if (typeof kind === 'string') counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const signer = await signingKeyIn(key);
  const sha256 = createHash('sha256').update(packed).digest('hex');
  const header = {
    organization: undefined,
    at: 0,
    counts,
    unpacked: text.length,
    sha256,
    key: signer.publicKey,
    ...wrong,
  };
  const file = newFile();
  const signature = wrong.signature ?? signer.sign(signedText(header));
  await writeFile(file, Buffer.concat([Buffer.from(`${headerLine({ ...header, signature })}\n`), packed]));
  return file;
}

/** The objects of an export in a file that is signed again, some of them changed. */
async function changed(file: string, change: (line: ObjectLine) => unknown): Promise<string> {
  return write((await parts(file)).lines.map(line => canonical(change(JSON.parse(line)))));
}

const everything = async ({ database: { kysely } }: House) => ({
  objects: await kysely.selectFrom('object').selectAll().orderBy('id').execute(),
  index: await kysely
    .selectFrom('object_index')
    .selectAll()
    .orderBy('id')
    .orderBy('property')
    .orderBy('value')
    .execute(),
  audit: await kysely.selectFrom('audit').select('seq').execute(),
});

/** Imports what must be refused, and checks that nothing has changed. */
async function refuses(house: House, file: string, code: string, message?: RegExp): Promise<void> {
  const was = await everything(house);
  await assert.rejects(house.backup.importConfiguration(file, by), (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.equal(codeOf(error), code, error.message);
    if (message) assert.match(error.message, message);
    return true;
  });
  assert.deepEqual(await everything(house), was);
}

test('what was exported comes back: changed, removed and new objects, in one step, with history', () =>
  withHouse(async house => {
    const { objects, backup } = house;
    const file = newFile();
    const exported = await backup.exportConfiguration(file, by);
    assert.equal(exported.unreadable, 0);
    assert.equal(exported.counts.UMMailbox, 3);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const was = (await everything(house)).index;
    await objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Nobody' } }, by);
    await objects.remove('UMMailbox', 'bob', ANY_ETAG, by);
    await objects.create(
      'UMMailbox',
      {
        name: 'dan',
        umMailboxPolicy: 'Main Default Policy',
        extensions: ['1004'],
        sipResourceIdentifier: 'dan@parley.test',
        mailAddress: 'dan@parley.test',
      },
      by,
    );
    const trial = await backup.importConfiguration(file, { ...by, trial: true });
    assert.deepEqual([trial.created, trial.changed, trial.removed], [1, 1, 1]);
    assert.equal((await objects.get('UMMailbox', 'ann', by)).object.displayName, 'Nobody');
    const progress: number[] = [];
    const done = await backup.importConfiguration(file, by, { onProgress: count => void progress.push(count) });
    assert.deepEqual(done, trial);
    assert.equal(progress.at(-1), exported.objects);
    assert.equal((await objects.get('UMMailbox', 'ann', by)).object.displayName, 'Ann Lee');
    assert.equal((await objects.get('UMMailbox', '1002', by)).object.name, 'bob');
    await assert.rejects(objects.get('UMMailbox', 'dan', by), { code: 'OBJECT_NOT_FOUND' });
    assert.deepEqual((await everything(house)).index, was);
    const [last] = await objects.history('UMMailbox', 'ann', by);
    assert.deepEqual(
      [last?.who, last?.detail.from, last?.detail.to],
      ['ann', { displayName: 'Nobody' }, { displayName: 'Ann Lee' }],
    );
    assert.deepEqual(await backup.importConfiguration(file, by), {
      ...done,
      created: 0,
      changed: 0,
      removed: 0,
      unchanged: exported.objects,
    });
  }));

test('calls are answered by what was imported', () =>
  withHouse(async ({ objects, backup }) => {
    const file = newFile();
    await backup.exportConfiguration(file, by);
    await objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { extensions: ['1999'] } }, by);
    await backup.importConfiguration(file, by);
    const plan = objects.directory.dialPlan((await objects.get('UMDialPlan', 'Main', by)).object.id);
    assert.ok(plan);
    assert.equal((await objects.directory.mailboxByExtension(plan, '1001'))?.mailbox.name, 'ann');
    assert.equal(await objects.directory.mailboxByExtension(plan, '1999'), undefined);
  }));

test('two objects may exchange what only one can have', () =>
  withHouse(async ({ objects, backup }) => {
    const extensions = (name: string, value: string) =>
      objects.change('UMMailbox', name, { etag: ANY_ETAG, patch: { extensions: [value] } }, by);
    const file = newFile();
    await backup.exportConfiguration(file, by);
    await extensions('ann', '1009');
    await extensions('bob', '1001');
    await extensions('ann', '1002');
    await backup.importConfiguration(file, by);
    assert.equal((await objects.get('UMMailbox', '1001', by)).object.name, 'ann');
    assert.equal((await objects.get('UMMailbox', '1002', by)).object.name, 'bob');
  }));

test('one organisation alone: nothing of another is in it, and nothing of another is touched by it', () =>
  withHouse(async house => {
    const { objects, backup } = house;
    const other = await objects.create(
      'Organization',
      { name: 'Other', systemMailAddress: 'vm@other.test', timeZone },
      by,
    );
    await objects.create(
      'UMDialPlan',
      { name: 'Main', organization: other.object.id, numberOfDigitsInExtension: 4, uriType: 'SipName' },
      by,
    );
    const inOther = { ...by, organization: other.object.id };
    const file = newFile();
    await backup.exportConfiguration(file, inOther);
    const { header, lines } = await parts(file);
    assert.equal(header.organization, other.object.id);
    for (const line of lines) assert.equal(JSON.parse(line).organization, other.object.id);
    await objects.remove('UMMailboxPolicy', 'Main Default Policy', ANY_ETAG, inOther);
    await objects.remove('UMDialPlan', 'Main', ANY_ETAG, inOther);
    await objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Stays' } }, by);
    await backup.importConfiguration(file, inOther);
    assert.equal((await objects.get('UMDialPlan', 'Main', inOther)).object.organization, other.object.id);
    assert.equal((await objects.get('UMMailbox', 'ann', by)).object.displayName, 'Stays');

    const whole = newFile();
    await backup.exportConfiguration(whole, by);
    await assert.rejects(backup.importConfiguration(whole, inOther), { code: 'BACKUP_FOREIGN' });
    const { object: parley } = await objects.get('Organization', 'Parley', by);
    await assert.rejects(backup.importConfiguration(file, { ...by, organization: parley.id }), {
      code: 'BACKUP_FOREIGN',
    });
    const claim = (line: string) =>
      line.replaceAll(`"organization":"${other.object.id}"`, `"organization":"${parley.id}"`);
    const smuggled = await write(lines.map(claim), { wrong: { organization: other.object.id } });
    await assert.rejects(backup.importConfiguration(smuggled, inOther), { code: 'BACKUP_FOREIGN' });
  }));

test('a file that was cut off, changed or never was one is refused, wherever it was', () =>
  withHouse(async house => {
    const file = newFile();
    await house.backup.exportConfiguration(file, by);
    const bytes = await readFile(file);
    const broken = newFile();
    for (let cut = 0; cut < bytes.length; cut += 53) {
      await writeFile(broken, bytes.subarray(0, cut));
      await refuses(house, broken, 'BACKUP_DAMAGED');
    }
    const headerLength = bytes.indexOf(10);
    for (let at = headerLength + 1; at < bytes.length; at += 97) {
      await writeFile(broken, bytes.with(at, (bytes[at] ?? 0) ^ 1));
      await refuses(house, broken, 'BACKUP_DAMAGED', /not what was signed/);
    }
    await writeFile(broken, Buffer.concat([bytes, Buffer.from('x')]));
    await refuses(house, broken, 'BACKUP_DAMAGED', /not what was signed/);
    await writeFile(broken, bytes.toString('latin1').replace('"UMMailbox":3', '"UMMailbox":4'), 'latin1');
    await refuses(house, broken, 'BACKUP_NOT_TRUSTED', /signature/);
    await writeFile(broken, gzipSync(bytes));
    await refuses(house, broken, 'BACKUP_DAMAGED');
    await writeFile(broken, Buffer.alloc(100_000, '{'));
    await refuses(house, broken, 'BACKUP_DAMAGED', /no end/);
    await writeFile(broken, Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), bytes]));
    await refuses(house, broken, 'BACKUP_DAMAGED', /no text/);
    await refuses(house, join(folder, 'nowhere'), 'BACKUP_UNREADABLE');
    await refuses(house, folder, 'BACKUP_UNREADABLE');
  }));

test('only who is trusted is believed', () =>
  withHouse(async house => {
    const theirs = join(folder, 'theirs.pem');
    const other = openConfigurationBackup({ database: house.database, clock, keyFile: theirs });
    const file = newFile();
    const { key } = await other.exportConfiguration(file, by);
    await refuses(house, file, 'BACKUP_NOT_TRUSTED', new RegExp(key));
    assert.equal((await house.backup.importConfiguration(file, by, { trusted: [key] })).changed, 0);
    // Our key named, their signature.
    const ours = (await signingKeyIn(keyFile)).publicKey;
    const lied = newFile();
    await writeFile(lied, (await readFile(file)).toString('latin1').replace(key, ours), 'latin1');
    await refuses(house, lied, 'BACKUP_NOT_TRUSTED', /signature/);
    for (const signature of ['', 'x'.repeat(86), '!'])
      await refuses(house, await write([], { wrong: { signature } }), 'BACKUP_NOT_TRUSTED');
  }));

test('a bomb of a stranger is not unpacked at all, one of a friend no further than it says', () =>
  withHouse(async house => {
    const { lines } = await parts(await exportedBy(house));
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    const bomb = await write([], { octets: zeros, key: join(folder, 'theirs.pem') });
    await refuses(house, bomb, 'BACKUP_NOT_TRUSTED');
    await refuses(house, await write([], { octets: zeros }), 'BACKUP_TOO_LARGE', /line of more than/);
    await refuses(
      house,
      await write(lines, { wrong: { unpacked: 1000 } }),
      'BACKUP_DAMAGED',
      /more than its first line says/,
    );
    await refuses(house, await write(lines, { wrong: { unpacked: 1_000_000 } }), 'BACKUP_DAMAGED', /cut off/);
    await refuses(house, await write(lines, { wrong: { unpacked: 2 ** 50 } }), 'BACKUP_TOO_LARGE', /unpacks to/);
    const budgets = { packed: 1000, unpacked: 1_000_000, line: 500 };
    const small = openConfigurationBackup({ database: house.database, clock, keyFile, budgets });
    await assert.rejects(small.importConfiguration(await exportedBy(house), by), {
      code: 'BACKUP_TOO_LARGE',
      message: /has \d+ octets/,
    });
  }));

test('signed or not, what cannot be is refused with its place, and nothing is changed', () =>
  withHouse(async house => {
    const file = await exportedBy(house);
    const { lines } = await parts(file);
    const ann = (patch: object) => (line: ObjectLine) =>
      line.document.name === 'ann' ? { ...line, document: { ...line.document, ...patch } } : line;
    const newer = (await readFile(file)).toString('latin1').replace('"version":1', '"version":2');
    await writeFile(file, newer, 'latin1');
    await refuses(house, file, 'BACKUP_NEWER', /newer version/);
    const again = await exportedBy(house);
    const spaced = (await readFile(again)).toString('latin1').replace('{', '{ ');
    await writeFile(file, spaced, 'latin1');
    await refuses(house, file, 'BACKUP_DAMAGED', /not written as exports are/);
    await refuses(house, await write(lines.toReversed()), 'BACKUP_INVALID', /too late/);
    await refuses(house, await write([lines[0] ?? '', ...lines]), 'BACKUP_INVALID', /comes twice/);
    await refuses(house, await write([`{"a":${'['.repeat(50)}${']'.repeat(50)}}`]), 'BACKUP_DAMAGED', /nested deeper/);
    await refuses(house, await write(lines, { wrong: { counts: { UMMailbox: 3 } } }), 'BACKUP_INVALID', /counts other/);
    const wrong = async (change: (line: ObjectLine) => unknown, message: RegExp) =>
      refuses(house, await changed(again, change), 'BACKUP_INVALID', message);
    await wrong(line => ({ ...line, kind: 'UMTrunk' }), /line 2: objects of this kind/);
    await wrong(line => ({ ...line, kind: '__proto__' }), /line 2: objects of this kind/);
    const pin = (line: ObjectLine) =>
      line.document.name === 'ann' ? { ...line, kind: 'UMMailboxPIN', document: {} } : line;
    await wrong(pin, /line \d+/);
    await wrong(ann({ umMailboxPolicy: 'gone' }), /mailbox ann: umMailboxPolicy/);
    await wrong(ann({ umMailboxPolicy: 7 }), /line \d+: umMailboxPolicy/);
    await wrong(ann({ extensions: ['1002'] }), /./);
    await wrong(line => ({ ...line, organization: 'elsewhere' }), /an organisation is its own/);
    await wrong(line => (line.document.name === 'ann' ? { ...line, organization: 'elsewhere' } : line), /mailbox ann/);
    await wrong(line => ({ ...line, id: '' }), /without an id/);
  }));

test('an export that cannot be written is one clear line, and leaves nothing', () =>
  withHouse(async ({ backup }) => {
    await assert.rejects(backup.exportConfiguration(join(folder, 'no', 'where'), by), { code: 'BACKUP_UNWRITABLE' });
    await assert.rejects(backup.exportConfiguration(folder, by), { code: 'BACKUP_UNWRITABLE' });
    await assert.rejects(stat(`${folder}.part`), { code: 'ENOENT' });
    const damaged = openConfigurationBackup({ database: {} as Database, clock, keyFile: folder });
    await assert.rejects(damaged.exportConfiguration(newFile(), by), { code: 'BACKUP_KEY_UNREADABLE' });
  }));
