import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { ANY_ETAG, firstStart, type KeptObjects } from '@parley/directory';
import { inFile, ownIn, withFile } from './with-database.ts';

const SYSTEM = { who: 'system' };
const clock = new FakeClock();

const open = (file: string, use: (objects: KeptObjects) => Promise<void>, log = memoryLog()) =>
  inFile(file, database => ownIn(database, use, { log }));

/** Lends a file with the objects of the first start and two more entries in the audit. */
const written = (use: (file: string) => Promise<void>) =>
  withFile(async file => {
    await open(file, async objects => {
      await firstStart(objects, { clock, timeZone: 'UTC' });
      const patch = { displayName: 'Robert' };
      await objects.change('UMMailbox', 'bob', { etag: ANY_ETAG, patch }, SYSTEM);
      await objects.audit.append({ who: 'root', cmdlet: 'sign-in', outcome: 'done' });
    });
    await use(file);
  });

/** Does what somebody can who has the file; the database itself would refuse to change its audit. */
function meddle(file: string, statement: string): void {
  const database = new DatabaseSync(file);
  const triggers = database
    .prepare("select name from sqlite_master where type = 'trigger' and tbl_name = 'audit'")
    .all();
  assert.ok(triggers.length > 0);
  for (const { name } of triggers) database.exec(`drop trigger ${name}`);
  database.exec(statement);
  database.close();
}

const MEDDLING: Readonly<Record<string, readonly [statement: string, seq: number, why: RegExp]>> = {
  'an entry that was changed': ["update audit set who = 'nobody' where seq = 3", 3, /not what was written/],
  'an entry whose detail was changed': ["update audit set detail = '{}' where seq = 4", 4, /not what was written/],
  'an entry that was given to another time': ['update audit set at = at + 1 where seq = 2', 2, /not what was written/],
  'an entry that is gone': ['delete from audit where seq = 5', 6, /removed, added or changed/],
  'the first entry, gone': ['delete from audit where seq = 1', 2, /removed, added or changed/],
  'an entry with a hash of its own making': [
    "update audit set who = 'nobody', hash = 'abc' where seq = 3",
    3,
    /not what was written/,
  ],
};

for (const [title, [statement, seq, why]] of Object.entries(MEDDLING))
  test(`the chain tells of ${title}`, () =>
    written(async file => {
      await open(file, async ({ audit }) => {
        const whole = await audit.verify(undefined);
        assert.equal(whole.broken, undefined);
        assert.ok(whole.entries > 10);
      });
      meddle(file, statement);
      const log = memoryLog();
      const look = async ({ audit }: KeptObjects) => {
        const { broken } = await audit.verify(undefined);
        assert.equal(broken?.seq, seq);
        assert.match(broken.why, why);
      };
      await open(file, look, log);
      assert.deepEqual(
        log.lines.map(line => line.event),
        ['audit broken'],
      );
    }));

test('what was cut off at the end is told by a head that was kept elsewhere', () =>
  written(async file => {
    const heads: (string | undefined)[] = [];
    const look = async ({ audit }: KeptObjects) => {
      const { broken, heads: found } = await audit.verify(undefined);
      assert.equal(broken, undefined);
      heads.push(found.get(''));
    };
    await open(file, look);
    meddle(file, "delete from audit where cmdlet = 'sign-in'");
    await open(file, look);
    assert.notEqual(heads[0], heads[1]);
  }));

test('an entry’s hash is that of its predecessor and of all that it says, as the documents tell', () =>
  written(async file => {
    const database = new DatabaseSync(file);
    const rows = database.prepare('select * from audit where organization is not null order by seq').all();
    database.close();
    assert.ok(rows.length > 10);
    let last = '';
    for (const { seq: _seq, previous_hash, hash, ...said } of rows) {
      assert.equal(previous_hash, last);
      last = createHash('sha256')
        .update(JSON.stringify([last, ...Object.values(said)]))
        .digest('hex');
      assert.equal(hash, last);
    }
  }));

test('a change whose audit cannot be written does not happen', () =>
  written(async file => {
    meddle(file, "create trigger full before insert on audit begin select raise(abort, 'full'); end");
    await open(file, async objects => {
      const patch = { displayName: 'Unseen' };
      await assert.rejects(objects.change('UMMailbox', 'bob', { etag: ANY_ETAG, patch }, SYSTEM));
      assert.equal((await objects.get('UMMailbox', 'bob', SYSTEM)).object.displayName, 'Robert');
    });
  }));

test('secrets never come into the audit', () =>
  written(file =>
    open(file, async objects => {
      await objects.act('UMMailbox', 'setPIN', { identity: 'ann', parameters: { Pin: '193755' } }, SYSTEM);
      const told = JSON.stringify(await objects.audit.search({ limit: 1000 }, undefined));
      assert.match(told, /"kind":"UMMailboxPIN"/);
      assert.ok(!told.includes('193755'));
      assert.match(told, /"hash":"\(secret\)"/);
    }),
  ));
