import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { ANY_ETAG, EVERY_NODE, firstStart, REPLICATION } from '@parley/directory';
import { type CallDirectory, databaseSource, openCallDirectory } from '@parley/directory/cache';
import { type OwnDirectory, storedReplicas } from '@parley/directory/own';
import { mailboxAt } from './mailbox-at.ts';
import { ownIn, withDatabase } from './with-database.ts';

const SYSTEM = { who: 'system' };
const DAY_MILLIS = 86_400_000;

interface Room {
  readonly database: Database;
  readonly clock: FakeClock;
  /** The node where an administrator works. */
  readonly one: OwnDirectory;
  /** Another one, which only answers calls; it looks when it is told to. */
  readonly two: CallDirectory;
}

const room = (use: (room: Room) => Promise<void>) =>
  withDatabase(async database => {
    const clock = new FakeClock();
    await ownIn(
      database,
      async one => {
        await firstStart(one, { clock, timeZone: 'UTC' });
        const source = { ...databaseSource(database, clock, 'two'), listen: () => ({ [Symbol.dispose]: () => {} }) };
        const two = await openCallDirectory({ source, clock, pollMillis: 3_600_000 });
        try {
          await use({ database, clock, one, two });
        } finally {
          await two.close();
        }
      },
      { clock, node: 'one' },
    );
  });

const rename = (to: string) => ({ etag: ANY_ETAG, patch: { displayName: to } });

async function isUpToDate({ database }: Room, node: string): Promise<boolean | undefined> {
  const replicas = storedReplicas(database);
  const [all, newest] = [await replicas.list(), await replicas.newest()];
  const replica = all.find(each => each.node === node);
  return replica && newest && replica.seen >= newest.place;
}

test('a node that was just started knows the newest change, one that did not look yet does not', () =>
  room(async at => {
    const { clock, one, two } = at;
    assert.deepEqual([await isUpToDate(at, 'two'), await isUpToDate(at, 'nobody')], [true, undefined]);
    clock.advance(1000);
    await one.change('UMMailbox', 'ann', rename('Anna'), SYSTEM);
    assert.deepEqual([await isUpToDate(at, 'one'), await isUpToDate(at, 'two')], [true, false]);
    await two.refresh();
    assert.equal(await isUpToDate(at, 'two'), true);
  }));

test('the time of the newest change is told, and when a node last said something, once a second at most and once a minute at least', () =>
  room(async ({ database, clock, one, two }) => {
    const replicas = storedReplicas(database);
    const toldAt = async () => (await replicas.list()).find(({ node }) => node === 'two')?.toldAt;
    const began = await toldAt();
    clock.advance(900);
    await one.change('UMMailbox', 'ann', rename('Anna'), SYSTEM);
    assert.equal((await replicas.newest())?.at, clock.wall());
    await two.refresh();
    assert.equal(await toldAt(), began, 'not yet again');
    clock.advance(100);
    await two.refresh();
    assert.equal(await toldAt(), clock.wall());
    const then = clock.wall();
    clock.advance(59_000);
    await two.refresh();
    assert.equal(await toldAt(), then, 'nothing to tell');
    clock.advance(1000);
    await two.refresh();
    assert.equal(await toldAt(), clock.wall(), 'it is still there');
  }));

test('a node that has told nothing for thirty days is forgotten', () =>
  room(async ({ database, clock, one, two }) => {
    const names = async () => (await storedReplicas(database).list()).map(({ node }) => node);
    await two.close();
    clock.advance(30 * DAY_MILLIS);
    await one.directory.refresh();
    assert.deepEqual(await names(), ['one', 'two']);
    clock.advance(DAY_MILLIS);
    await one.directory.refresh();
    assert.deepEqual(await names(), ['one']);
  }));

test('a node that is asked to reads everything again, what nobody told it of too; another does not', () =>
  room(async ({ database, clock, one, two }) => {
    const { id } = (await one.get('UMMailbox', 'ann', SYSTEM)).object;
    const name = async () => (await mailboxAt(two, 'ann@parley.test'))?.mailbox.displayName;
    const meddle = async (displayName: string) => {
      const row = await database.kysely.selectFrom('object').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      const document = JSON.stringify({ ...JSON.parse(row.document), displayName });
      await database.kysely.updateTable('object').set({ document }).where('id', '=', id).execute();
    };
    const ask = (objectId: string) =>
      one.audit.append({
        who: 'ann',
        cmdlet: 'Invoke-CsManagementStoreReplication',
        outcome: 'done',
        kind: REPLICATION,
        objectId,
      });
    assert.equal(await name(), 'Ann Lee');
    await meddle('Nobody knows');
    await ask('one');
    clock.advance(1000);
    await two.refresh();
    assert.equal(await name(), 'Ann Lee');
    await ask('two');
    await two.refresh();
    assert.equal(await name(), 'Nobody knows');
    await meddle('Once more');
    await ask(EVERY_NODE);
    await two.refresh();
    assert.equal(await name(), 'Once more');
  }));
