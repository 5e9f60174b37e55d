import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteSession } from './remote-session.ts';
import { SpareSessions } from './spare-sessions.ts';

const PORTS = { from: 20_000, to: 20_199 };

function spare(session: number, port = 0): RemoteSession {
  const remote = new RemoteSession({ session, thread: 0, address: '127.0.0.1', home: {}, post: () => undefined });
  if (port > 0) remote.handle({ on: 'opened', session, port });
  return remote;
}

test('as many as wanted, but no more than an eighth of the pairs', () => {
  for (const [wanted, pairs, most] of [
    [8, 100, 8],
    [8, 63, 7],
    [8, 7, 0],
    [0, 100, 0],
    [8, 0, 0],
  ]) {
    const spares = new SpareSessions(wanted, { from: 20_000, to: 20_000 + 2 * pairs - 1 });
    let count = 0;
    while (spares.lacking(0) && count < 20) spares.add(spare(++count));
    assert.equal(count, most);
  }
});

test('those that are bound are taken first, each once', () => {
  const spares = new SpareSessions(8, PORTS);
  const [binding, bound, other] = [spare(1), spare(2, 20_002), spare(3, 20_004)];
  for (const each of [binding, bound, other]) spares.add(each);
  assert.equal(spares.takeBound(), bound);
  assert.equal(spares.takeAny(), other);
  assert.equal(spares.takeBound(), undefined);
  assert.equal(spares.takeAny(), binding);
  assert.equal(spares.takeAny(), undefined);
  assert.equal(spares.size, 0);
});

test('after one that got no ports none is opened for five seconds; a call that ends changes nothing', () => {
  const spares = new SpareSessions(8, PORTS);
  const [failing, taken] = [spare(1), spare(2, 20_002)];
  spares.add(failing);
  spares.add(taken);
  spares.takeBound();
  spares.ended(taken, 1000);
  assert.equal(spares.lacking(1000), true);
  spares.ended(failing, 2000);
  assert.equal(spares.size, 0);
  assert.deepEqual([spares.lacking(6999), spares.lacking(7000)], [false, true]);
});
