import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyError } from '@parley/base';
import { SETTINGS } from '../../test/lab.ts';
import type { MediaCommand } from './protocol.ts';
import { RemoteSession } from './remote-session.ts';
import { sharePorts } from './share-ports.ts';

function setUp() {
  const posted: MediaCommand[] = [];
  const session = new RemoteSession({
    session: 5,
    thread: 0,
    address: '127.0.0.1',
    home: {},
    post: command => posted.push(command),
  });
  session.handle({ on: 'opened', session: 5, port: 20_000 });
  return { session, posted };
}

const take = { into: { draft: 'd', take: 1 }, maxMillis: 1000, idleMillis: 500, endKeys: '#' };

test('each command carries how many keys were heard of before it', () => {
  const { session, posted } = setUp();
  const keys: string[] = [];
  session.onKey((key, at) => keys.push(`${key} at ${at}`));
  void session.play([], { bargeIn: '1' });
  session.handle({ on: 'key', session: 5, key: '7', at: 40 });
  session.handle({ on: 'key', session: 5, key: '8', at: 60 });
  void session.play([]);
  void session.record(take);
  void session.record({ ...take, earlierKeys: 'ignore' });
  assert.deepEqual(keys, ['7 at 40', '8 at 60']);
  assert.deepEqual(
    posted.map(command => ('keysSeen' in command ? command.keysSeen : command.do)),
    ['open', 0, 2, 2, Number.POSITIVE_INFINITY],
  );
});

test('packets from elsewhere are handed on with both addresses', () => {
  const { session } = setUp();
  const told: unknown[] = [];
  session.onForeign(foreign => told.push(foreign));
  const [negotiated, from] = ['192.0.2.2', '127.0.0.1'].map(address => ({ address, port: 4000 }));
  assert.equal(session.handle({ on: 'foreign', session: 5, negotiated, from, at: 3000 }), false);
  assert.deepEqual(told, [{ negotiated, from }]);
});

test('events of an id nobody waits for are dropped, each promise gets its own', async () => {
  const { session } = setUp();
  const [first, second] = [session.play([]), session.play([])];
  session.handle({ on: 'played', session: 5, id: 99, endedBy: 'end', at: 1 });
  session.handle({ on: 'played', session: 5, id: 2, endedBy: 'key', at: 2 });
  session.handle({ on: 'played', session: 5, id: 2, endedBy: 'end', at: 3 });
  session.handle({ on: 'played', session: 5, id: 1, endedBy: 'end', at: 4 });
  assert.deepEqual(
    [await first, await second],
    [
      { endedBy: 'end', at: 4 },
      { endedBy: 'key', at: 2 },
    ],
  );
});

test('a session that fails itself aborts `lost` and settles what was under way', async () => {
  const { session, posted } = setUp();
  const [playing, recording] = [session.play([]), session.record(take)];
  assert.equal(session.handle({ on: 'broken', session: 5 }), true);
  assert.equal(session.lost.aborted, true);
  assert.deepEqual([(await playing).endedBy, (await recording).endedBy], ['stopped', 'failed']);
  assert.equal((await session.record(take)).endedBy, 'failed');
  const before = posted.length;
  session.start(SETTINGS);
  session.press('1', 100);
  assert.equal(posted.length, before, 'nobody is told any more');
  assert.equal((await session.close()).packetsSent, 0);
});

test('a thread that dies while the session is being closed is no loss to anybody', async () => {
  const { session } = setUp();
  const closing = session.close();
  session.loseThrough(new ParleyError('MEDIA_LOST', 'gone'));
  assert.equal(session.lost.aborted, false);
  assert.equal((await closing).packetsReceived, 0);
});

test('stop() ends the newest first, so that nothing begins in between', () => {
  const { session, posted } = setUp();
  for (let i = 0; i < 3; i++) void session.play([]);
  session.stop();
  assert.deepEqual(
    posted.filter(command => command.do === 'stop').map(command => command.id),
    [3, 2, 1],
  );
});

test('ports are shared in whole pairs, none twice, none left out', () => {
  assert.deepEqual(sharePorts({ from: 10_000, to: 10_009 }, 2), [
    { from: 10_000, to: 10_003 },
    { from: 10_004, to: 10_009 },
  ]);
  assert.deepEqual(sharePorts({ from: 10_001, to: 10_006 }, 1), [{ from: 10_002, to: 10_005 }]);
  assert.deepEqual(sharePorts({ from: 10_000, to: 10_001 }, 2)[0], { from: 10_000, to: 9_999 });
});
