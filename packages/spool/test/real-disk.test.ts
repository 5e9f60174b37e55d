import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { memoryLog, systemClock, ulid } from '@parley/base';
import { CrashDisk } from '../src/disk/crash-disk.ts';
import { type AudioPiece, type Disk, nodeDisk, Spool, type SpoolItem } from '../src/index.ts';
import { SpoolWriter } from '../src/writer/index.ts';

const root = mkdtempSync(join(tmpdir(), 'parley-spool-'));
after(() => rmSync(root, { recursive: true }));

function openAt(folder: string, log = memoryLog()) {
  return Spool.open({ disk: nodeDisk, folder, node: 'n1', clock: systemClock, log });
}

function writerAt(folder: string, spool: Spool, disk: Disk = nodeDisk): SpoolWriter {
  return new SpoolWriter({
    disk,
    folder,
    node: 'n1',
    worker: 'w1',
    clock: systemClock,
    log: memoryLog(),
    onEvent: event => spool.heard(event),
  });
}

/** Speaks `packets` packets of 20 ms, each full of its own number. */
function speak(writer: SpoolWriter, id: string, packets: number): void {
  writer.take(id, 1, 'replace');
  const sink = writer.open({ draft: id, take: 1 }, 'PCMU', error => assert.fail(error));
  const packet = new Uint8Array(160);
  for (let i = 0; i < packets; i++) sink.audio(packet.fill(i), 0, 160, true);
  sink.end(packets * 20);
}

async function bytesOf(spool: Spool, id: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of spool.audio(id)) if (piece.kind === 'audio') pieces.push(piece.bytes);
  return Buffer.concat(pieces);
}

test('a message goes from the writer through a restart to its delivery, and nothing of it stays on the disk', async () => {
  const folder = join(root, 'spool', 'a');
  let spool = await openAt(folder);
  const writer = writerAt(folder, spool);
  const id = ulid(Date.now());
  await writer.begin(id, { messageId: 'a@parley.test', minimumMillis: 1000 });
  speak(writer, id, 100);
  assert.deepEqual(await writer.accept(id, { callerName: 'Zoë' }), { outcome: 'message', millis: 2000 });
  await writer.close();
  await spool.close();

  spool = await openAt(folder);
  const [item] = spool.list();
  assert.equal(item.id, id);
  assert.deepEqual(item.envelope, { messageId: 'a@parley.test', minimumMillis: 1000, callerName: 'Zoë' });
  assert.equal(item.interrupted, false);
  assert.equal(item.maybeDelivered, true);
  const bytes = await bytesOf(spool, id);
  assert.equal(bytes.length, 16_000);
  assert.equal(bytes[15_999], 99);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, 'w1-000001.log')).mode & 0o777, 0o600);
  await spool.delivered(id);
  await spool.sweep();
  assert.deepEqual(readdirSync(folder).sort(), ['corrupt', 'dead', 'delivery.log', 'format', 'lock', 'pending']);
  await spool.close();

  spool = await openAt(folder);
  assert.deepEqual(spool.list(), []);
  await spool.close();
});

test('a second process gets SPOOL_LOCKED, and the lock dies with its holder', async () => {
  const folder = join(root, 'spool', 'locked');
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { nodeDisk, Spool } from '@parley/spool'; import { systemClock, silentLog } from '@parley/base';
     await Spool.open({ disk: nodeDisk, folder: ${JSON.stringify(folder)}, node: 'n1', clock: systemClock, log: silentLog });
     console.log('open'); setInterval(() => {}, 1000);`,
    ],
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  await assert.rejects(openAt(folder), { code: 'SPOOL_LOCKED' });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const spool = await openAt(folder);
  await assert.rejects(openAt(folder), { code: 'SPOOL_LOCKED' });
  await spool.close();
});

test('a person gets a message as a WAV file, and a dead one comes back by retry', async () => {
  const folder = join(root, 'spool', 'b');
  const heard: SpoolItem[] = [];
  const spool = await Spool.open({
    disk: nodeDisk,
    folder,
    node: 'n1',
    clock: systemClock,
    log: memoryLog(),
    onItem: item => heard.push(item),
  });
  const writer = writerAt(folder, spool);
  const id = ulid(Date.now());
  await writer.begin(id, { messageId: 'b@parley.test', minimumMillis: 1000 });
  speak(writer, id, 60);
  await writer.seal(id);
  assert.equal(spool.delivering(id), 1);
  assert.equal(spool.refused(id, { permanent: true, why: '550 no such mailbox' }), 1);
  await spool.dead(id, '550 no such mailbox');
  assert.equal(spool.show(id)?.state, 'dead');
  assert.deepEqual(readdirSync(join(folder, 'dead', id)).sort(), ['envelope.json', 'message.log']);
  const [json, wav] = await spool.exportItem(id, root);
  assert.equal(JSON.parse(readFileSync(json, 'utf8')).envelope.messageId, 'b@parley.test');
  const bytes = readFileSync(wav);
  assert.equal(bytes.readUInt32LE(40), 60 * 160 * 2);
  assert.equal(bytes.readInt16LE(44), -32124, 'mu-law 0x00 is the lowest sample');
  await spool.retry(id);
  await assert.rejects(spool.discard(id), { code: 'SPOOL_WAITING' });
  assert.deepEqual(
    heard.map(item => [item.id, item.state, item.refusals]),
    [
      [id, 'waiting', 0],
      [id, 'waiting', 0],
    ],
  );
  assert.equal((await bytesOf(spool, id)).length, 60 * 160);
  await spool.delivered(id);
  await writer.close();
  await spool.sweep();
  assert.deepEqual(readdirSync(join(folder, 'pending')), []);
  assert.deepEqual(
    readdirSync(folder).filter(name => name.startsWith('w1')),
    [],
  );
  await spool.close();
});

test('a dead letter that a person discards is gone, after the next start too', async () => {
  const folder = join(root, 'spool', 'discarded');
  const open = () => Spool.open({ disk: nodeDisk, folder, node: 'n1', clock: systemClock, log: memoryLog() });
  const spool = await open();
  const writer = writerAt(folder, spool);
  const id = ulid(Date.now());
  await writer.begin(id, { messageId: 'd@parley.test', minimumMillis: 1000 });
  speak(writer, id, 60);
  await writer.seal(id);
  assert.equal(spool.refused(id, { permanent: false, why: 'the disk is full' }), 0);
  assert.equal(spool.show(id)?.why, 'the disk is full');
  await spool.dead(id, 'nobody takes it');
  await spool.discard(id);
  assert.deepEqual([spool.show(id), readdirSync(join(folder, 'dead'))], [undefined, []]);
  await assert.rejects(spool.discard(id), { code: 'SPOOL_UNKNOWN' });
  await writer.close();
  await spool.close();
  const again = await open();
  assert.deepEqual(again.list(), []);
  await again.close();
});

test('a wideband message is exported by whoever can decode it, or not at all', async () => {
  const [folder, exported] = [join(root, 'spool', 'wide'), join(root, 'exported')];
  mkdirSync(exported);
  const wideWav = async (audio: AsyncIterable<AudioPiece>) => {
    const pieces: AudioPiece[] = [];
    for await (const piece of audio) pieces.push(piece);
    return Buffer.from(pieces.map(piece => (piece.kind === 'audio' ? piece.codec : 'gap')).join());
  };
  const options = { disk: nodeDisk, folder, node: 'n1', clock: systemClock, log: memoryLog() };
  const id = ulid(Date.now());
  const spool = await Spool.open(options);
  const writer = writerAt(folder, spool);
  await writer.begin(id, { messageId: 'wide@parley.test', minimumMillis: 0 });
  writer.take(id, 1, 'replace');
  const sink = writer.open({ draft: id, take: 1 }, 'G722', error => assert.fail(error));
  sink.audio(new Uint8Array(160), 0, 160, true);
  sink.end(20);
  await writer.seal(id);
  await assert.rejects(spool.exportItem(id, exported), { code: 'SPOOL_NOT_EXPORTED', message: /wideband/ });
  await writer.close();
  await spool.close();
  const able = await Spool.open({ ...options, wideWav });
  rmSync(join(exported, `${id}.json`));
  const [, wav] = await able.exportItem(id, exported);
  assert.equal(readFileSync(wav, 'utf8'), 'G722');
  await able.close();
});

test('deliveries that end together share their syncs', async () => {
  const disk = new CrashDisk();
  disk.put('/data/there', Buffer.alloc(0));
  const spool = await Spool.open({ disk, folder: '/data/spool/n1', node: 'n1', clock: systemClock, log: memoryLog() });
  const writer = writerAt('/data/spool/n1', spool, disk);
  await Promise.all(
    Array.from({ length: 200 }, (_, i) => writer.notice(`call-${i}`, { messageId: `${i}@parley.test` })),
  );
  assert.equal(spool.list().length, 200);
  const syncs = disk.count('sync');
  await Promise.all(spool.list().map(item => spool.delivered(item.id)));
  assert.ok(disk.count('sync') - syncs <= 4, `${disk.count('sync') - syncs} syncs`);
  assert.deepEqual(spool.figures(), { waiting: 0, dead: 0, oldestMillis: 0, segments: 1 });
  await writer.close();
  await spool.close();
});
