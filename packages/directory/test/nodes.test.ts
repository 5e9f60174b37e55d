import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { systemClock } from '@parley/base';
import type { Database } from '@parley/database';
import { openPostgres } from '@parley/database/postgres';
import { postgresOfSuite, withoutPostgres } from '@parley/database/postgres-server';
import { ANY_ETAG, firstStart } from '@parley/directory';
import { type CallDirectory, databaseSource, openCallDirectory } from '@parley/directory/cache';
import { openOwnDirectory } from '@parley/directory/own';
import { mailboxAt } from './mailbox-at.ts';

const SYSTEM = { who: 'system' };
const clock = systemClock;
/** A change is to be seen everywhere within a second; this machine may have other work too. */
const PATIENCE_MILLIS = 10_000;

const skip = withoutPostgres();

suite('two nodes with one database', () => {
  const server = postgresOfSuite(skip);

  /** One node where an administrator works, one that only takes calls. */
  async function nodes(use: (one: Awaited<ReturnType<typeof openOwnDirectory>>, calls: Node) => Promise<void>) {
    const url = await server().database();
    await using opened = new AsyncDisposableStack();
    const open = async () => opened.adopt(await openPostgres({ url }), each => each.close());
    const database = await open();
    await database.migrate();
    const one = opened.adopt(await openOwnDirectory({ database, clock }), each => each.close());
    await firstStart(one, { clock, timeZone: 'UTC' });
    const theirs = await open();
    const startCalls = async (pollMillis: number, source = databaseSource(theirs, clock)) =>
      opened.adopt(await openCallDirectory({ source, clock, pollMillis, readAhead: 0 }), each => each.close());
    await use(one, { database: theirs, startCalls });
  }

  interface Node {
    readonly database: Database;
    startCalls(pollMillis: number, source?: ReturnType<typeof databaseSource>): Promise<CallDirectory>;
  }

  const displayName = async (directory: CallDirectory) =>
    (await mailboxAt(directory, 'ann@parley.test'))?.mailbox.displayName;

  async function until(done: () => Promise<boolean>): Promise<number> {
    const began = performance.now();
    while (!(await done())) {
      assert.ok(performance.now() - began < PATIENCE_MILLIS, 'the change is not seen');
      await new Promise(resolve => setImmediate(resolve));
    }
    return performance.now() - began;
  }

  const rename = (to: string) => ({ etag: ANY_ETAG, patch: { displayName: to } });

  test('a change on one is announced to the other, which never looks by itself', { skip }, () =>
    nodes(async (one, { startCalls }) => {
      const calls = await startCalls(3_600_000);
      assert.equal(await displayName(calls), 'Ann Lee');
      await one.change('UMMailbox', 'ann', rename('Anna'), SYSTEM);
      await until(async () => (await displayName(calls)) === 'Anna');
      await one.create('UMIPGateway', { name: 'pbx', address: '192.0.2.9' }, SYSTEM);
      await until(async () => calls.gatewayFor({ address: '192.0.2.9' })?.name === 'pbx');
    }),
  );

  test('the other sees it too when it hears nothing, because it looks', { skip }, () =>
    nodes(async (one, { database, startCalls }) => {
      const deaf = { ...databaseSource(database, clock), listen: () => ({ [Symbol.dispose]: () => {} }) };
      const calls = await startCalls(100, deaf);
      assert.equal(await displayName(calls), 'Ann Lee');
      await one.change('UMMailbox', 'ann', rename('Anna'), SYSTEM);
      await until(async () => (await displayName(calls)) === 'Anna');
      await one.remove('UMMailbox', 'ann', ANY_ETAG, SYSTEM);
      await until(async () => (await displayName(calls)) === undefined);
    }),
  );

  test('while the database is down calls are answered, and afterwards what changed meanwhile is seen', { skip }, () =>
    nodes(async (one, { startCalls }) => {
      const calls = await startCalls(100);
      assert.equal(await displayName(calls), 'Ann Lee');
      await server().stop();
      await until(async () => calls.figures.awayMillis > 0);
      assert.equal(await displayName(calls), 'Ann Lee');
      await assert.rejects(mailboxAt(calls, 'bob@parley.test'), { code: 'DIRECTORY_UNAVAILABLE' });
      await server().start();
      await until(async () => calls.figures.awayMillis === 0);
      await one.change('UMMailbox', 'ann', rename('Anna'), SYSTEM);
      await until(async () => (await displayName(calls)) === 'Anna');
      assert.equal((await mailboxAt(calls, 'bob@parley.test'))?.mailbox.name, 'bob');
    }),
  );
});
