import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { type ChangeLog, databaseSource } from '@parley/directory/cache';
import { auditChanges } from '../src/cache/change-log.ts';
import { withDatabase } from './with-database.ts';

interface Told {
  readonly seq: number;
  readonly id?: string | null;
  readonly hash?: string;
}

/** Writes into the audit, where numbers are given by the database: here by the test, as if transactions had overlapped. */
async function audited({ kysely }: Database, rows: readonly Told[]): Promise<void> {
  const values = rows.map(({ seq, id = `object ${seq}`, hash = `hash ${seq}` }) => ({
    seq,
    at: 0,
    organization: null,
    who: 'ann',
    request_id: null,
    cmdlet: 'Set-UMMailbox',
    kind: id === null ? null : 'UMMailbox',
    object_id: id,
    object_name: null,
    outcome: 'done',
    detail: '{}',
    previous_hash: '',
    hash,
  }));
  for (let at = 0; at < values.length; at += 500)
    await kysely
      .insertInto('audit')
      .values(values.slice(at, at + 500))
      .execute();
}

interface Room {
  readonly database: Database;
  readonly clock: FakeClock;
  readonly log: ChangeLog;
}

const room = (use: (room: Room) => Promise<void>) =>
  withDatabase(async database => {
    const clock = new FakeClock();
    await use({ database, clock, log: databaseSource(database, clock).changes });
  });

const range = (from: number, to: number): Told[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ seq: from + at }));

async function ids(log: ChangeLog): Promise<readonly string[] | 'anything'> {
  const changes = await log.next();
  return changes === 'anything' ? changes : changes.map(({ id }) => id);
}

test('what was there at the beginning is known; what comes later is told once, what is about no object not at all', () =>
  room(async ({ database, log }) => {
    await audited(database, range(1, 3));
    await log.begin();
    assert.deepEqual(await ids(log), []);
    await audited(database, [{ seq: 4 }, { seq: 5, id: null }, { seq: 6 }]);
    assert.deepEqual(await log.next(), [
      { kind: 'UMMailbox', id: 'object 4' },
      { kind: 'UMMailbox', id: 'object 6' },
    ]);
    assert.deepEqual(await ids(log), []);
  }));

test('an audit that begins empty is followed from its first entry', () =>
  room(async ({ database, log }) => {
    await log.begin();
    assert.deepEqual(await ids(log), []);
    await audited(database, range(1, 2));
    assert.deepEqual(await ids(log), ['object 1', 'object 2']);
  }));

test('a number that appears after a higher one is told all the same, once', () =>
  room(async ({ database, log }) => {
    await audited(database, [{ seq: 1 }, { seq: 3 }]);
    await log.begin();
    await audited(database, [{ seq: 6 }]);
    assert.deepEqual(await ids(log), ['object 6']);
    await audited(database, [{ seq: 2 }, { seq: 5 }]);
    assert.deepEqual(await ids(log), ['object 2', 'object 5']);
    assert.deepEqual(await ids(log), []);
    await audited(database, [{ seq: 4 }, { seq: 7 }]);
    assert.deepEqual(await ids(log), ['object 4', 'object 7']);
  }));

test('numbers that never came are not asked for for ever', () =>
  room(async ({ database, clock, log }) => {
    await audited(database, [{ seq: 1 }, { seq: 3 }]);
    await log.begin();
    clock.advance(600_000);
    await audited(database, [{ seq: 4 }]);
    assert.deepEqual(await ids(log), ['object 4']);
    await audited(database, [{ seq: 2 }]);
    assert.deepEqual(await ids(log), []);
  }));

test('more than is worth telling is anything; after that it goes on as before', () =>
  room(async ({ database, log }) => {
    await audited(database, range(1, 2));
    await log.begin();
    await audited(database, range(3, 1200));
    assert.equal(await log.next(), 'anything');
    assert.deepEqual(await ids(log), []);
    await audited(database, [{ seq: 1201 }]);
    assert.deepEqual(await ids(log), ['object 1201']);
  }));

test('a long transaction whose numbers were passed over may have changed anything', () =>
  room(async ({ database, log }) => {
    await audited(database, [{ seq: 1 }]);
    await log.begin();
    await audited(database, [{ seq: 900 }]);
    assert.deepEqual(await ids(log), ['object 900']);
    await audited(database, range(2, 899));
    assert.equal(await log.next(), 'anything');
    assert.deepEqual(await ids(log), []);
  }));

test('when the entry that was the last is another one or gone, this is another database: anything may be different', () =>
  withDatabase(before =>
    withDatabase(async restored => {
      let present = before;
      const source = {
        get kysely() {
          return present.kysely;
        },
      };
      const log = auditChanges(source, () => 0);
      await audited(before, range(1, 5));
      await log.begin();
      present = restored;
      assert.equal(await log.next(), 'anything', 'it is empty');
      await audited(restored, range(1, 5));
      assert.deepEqual(await ids(log), ['object 1', 'object 2', 'object 3', 'object 4', 'object 5']);
      present = before;
      await audited(before, [{ seq: 6 }]);
      assert.deepEqual(await ids(log), ['object 6'], 'the same up to there');
      await audited(restored, [{ seq: 6, hash: 'another change' }]);
      present = restored;
      assert.equal(await log.next(), 'anything');
      assert.deepEqual(await ids(log), []);
    }),
  ));
