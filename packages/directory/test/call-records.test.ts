import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import type { CallRecord } from '@parley/directory';
import { openCallRecords } from '@parley/directory/own';
import { withDatabase } from './with-database.ts';

const call = (change: Partial<CallRecord> = {}): CallRecord => ({
  callStartTime: Date.UTC(2026, 0, 5, 9),
  callType: 'Call Answering Voice Message',
  callIdentity: 'c-1@192.0.2.1',
  umServerName: 'um1',
  callDurationMillis: 12_345,
  offerResult: 'Answer',
  reasonForCall: 'DivertNoAnswer',
  ...change,
});

/** The same database, but every statement fails while `broken.now` is true. */
function breakable(database: Database, broken: { now: boolean }): Database {
  const plugin: Parameters<Database['kysely']['withPlugin']>[0] = {
    transformQuery({ node }) {
      if (broken.now) throw new Error('the disk is on fire');
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { ...database, kysely: database.kysely.withPlugin(plugin) };
}

const countOf = async ({ kysely }: Database) => (await kysely.selectFrom('call_record').select('id').execute()).length;

interface Room {
  readonly database: Database;
  readonly broken: { now: boolean };
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof memoryLog>;
}

const room = (use: (room: Room) => Promise<void>) =>
  withDatabase(async plain => {
    const broken = { now: false };
    const database = breakable(plain, broken);
    await use({ database, broken, clock: new FakeClock(), log: memoryLog() });
  });

/** Waits until `done`, letting the SQLite thread work; every turn is an answer of that thread, not a pause. */
async function until(database: Database, done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !done(); turn++) await database.kysely.selectFrom('meta').selectAll().execute();
  assert.ok(done(), 'it did not happen');
}

test('records wait for their batch: a second, or as many as fit', () =>
  room(async ({ database, clock, log }) => {
    const records = openCallRecords({ database, clock, log, batchSize: 3 });
    records.add(call());
    records.add(call());
    assert.equal(await countOf(database), 0);
    clock.advance(999);
    assert.equal(await countOf(database), 0);
    clock.advance(1);
    assert.equal(await countOf(database), 2);
    for (let i = 0; i < 3; i++) records.add(call());
    let count = 0;
    for (let turn = 0; turn < 200 && count < 5; turn++) count = await countOf(database);
    assert.equal(count, 5, 'a full batch is written without waiting for the clock');
    await records.close();
    assert.equal(clock.timers, 0);
  }));

test('closing writes what waits, and a record added later is counted as lost', () =>
  room(async ({ database, clock, log }) => {
    const records = openCallRecords({ database, clock, log });
    records.add(call());
    await records.close();
    records.add(call());
    assert.equal(await countOf(database), 1);
    assert.equal(records.lost, 1);
  }));

test('a record comes back as it was, the newest first, filtered', () =>
  room(async ({ database, clock, log }) => {
    const records = openCallRecords({ database, clock, log });
    const start = clock.wall();
    const first = call({
      calleeMailboxAlias: 'ann',
      jitter: 1.5,
      packetLoss: 0.25,
      roundTrip: 41.5,
      nmos: 4.4,
      nmosDegradation: 0.01,
      nmosDegradationJitter: 0.004,
      nmosDegradationPacketLoss: 0.006,
      burstDensity: 33.3,
      burstLossDuration: 120,
      burstGapDuration: 260,
      audioCodec: 'G.711',
      callStartTime: start,
    });
    const second = call({ calleeMailboxAlias: 'bob', dropCallReason: 'Graceful Hangup', callStartTime: start + 1 });
    records.add(first);
    records.add(second);
    const plain = (found: readonly CallRecord[]) => JSON.parse(JSON.stringify(found));
    assert.deepEqual(plain(await records.list()), [second, first]);
    assert.deepEqual(plain(await records.list({ limit: 1 })), [second]);
    assert.deepEqual(plain(await records.list({ mailbox: 'ann' })), [first]);
    assert.deepEqual(plain(await records.list({ since: start + 1 })), [second]);
    await records.close();
  }));

test('what strangers wrote is cleaned before it is kept', () =>
  room(async ({ database, clock, log }) => {
    const records = openCallRecords({ database, clock, log });
    records.add(
      call({ callerPhoneNumber: '\u001b[2J+33\u202e1', callIdentity: 'x'.repeat(5000), callStartTime: Number.NaN }),
    );
    const [kept] = await records.list();
    assert.equal(kept.callerPhoneNumber, '[2J+331');
    assert.equal(kept.callIdentity.length, 256);
    await records.close();
  }));

test('a database that fails blocks nobody; everything is written when it works again', () =>
  room(async ({ database, broken, clock, log }) => {
    const records = openCallRecords({ database, clock, log, batchSize: 2 });
    broken.now = true;
    for (let i = 0; i < 7; i++) records.add(call());
    await clock.run(1000);
    const warnings = () => log.lines.filter(line => line.event === 'call records not written').length;
    assert.ok(warnings() >= 1);
    await clock.run(600_000);
    assert.ok(warnings() < 20, 'it waits longer and longer');
    broken.now = false;
    await clock.run(60_000);
    await until(database, () => log.lines.some(line => line.event === 'call records written again'));
    assert.equal(await countOf(database), 7);
    assert.equal(records.lost, 0);
    await records.close();
  }));

test('beyond its bound a record is counted as lost and said, never silently', () =>
  room(async ({ database, broken, clock, log }) => {
    const records = openCallRecords({ database, clock, log, mostWaiting: 10 });
    broken.now = true;
    for (let i = 0; i < 2500; i++) records.add(call());
    assert.equal(records.lost, 2490);
    assert.equal(log.lines.filter(line => line.event === 'call records lost').length, 3);
    await records.close();
    assert.equal(records.lost, 2500);
    assert.equal(clock.timers, 0);
  }));

test('records older than ninety days go', () =>
  room(async ({ database, clock, log }) => {
    const records = openCallRecords({ database, clock, log });
    const day = 86_400_000;
    records.add(call({ callStartTime: clock.wall() - 91 * day }));
    records.add(call({ callStartTime: clock.wall() - 89 * day }));
    assert.equal((await records.list()).length, 1);
    await records.close();
  }));

test('an organisation sees its own calls and nobody else’s', () =>
  withDatabase(async database => {
    const clock = new FakeClock();
    const records = openCallRecords({ database, clock, log: memoryLog() });
    for (const organization of ['x', 'y']) records.add(call({ organization, callIdentity: `of ${organization}` }));
    records.add(call({ callIdentity: 'of nobody' }));
    const seen = async (organization?: string) =>
      (await records.list(organization === undefined ? {} : { organization })).map(each => each.callIdentity).sort();
    assert.deepEqual(await seen('x'), ['of x']);
    assert.deepEqual(await seen(), ['of nobody', 'of x', 'of y']);
    assert.equal((await records.list({ organization: 'y' }))[0]?.organization, 'y');
    await records.close();
  }));
