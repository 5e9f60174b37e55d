import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { SIP_BUDGETS } from '../message/index.ts';
import { Pace } from '../protection/pace.ts';
import { Connection } from './connection.ts';
import type { Peer } from './peer.ts';
import { StreamWire } from './stream-wire.ts';

const BACKLOG = 1 << 20;

/** A socket whose peer does not read: what is written stays. */
class Deaf extends Socket {
  override _write(): void {}
}

/** A connection whose peer never reads; `fill` sends until it is closed, and says how many octets stayed in our memory at most. */
function deafConnection({ isOurs = false } = {}) {
  const clock = new FakeClock();
  const peer: Peer = { transport: 'tcp', address: '10.0.0.66', port: 5060 };
  const limits = { messageMillis: 1000, firstMillis: 1000, idleMillis: 1000 };
  let isOver = false;
  const connection = new Connection({
    socket: new Deaf(),
    peer,
    isOurs,
    clock,
    budgets: { message: SIP_BUDGETS, backlogBytes: BACKLOG, ...limits },
    pingMillis: 0,
    pace: new Pace({ clock, log: silentLog, strangersPerSecond: 1, unlimited: () => false }),
    user: { received: () => undefined, malformed: () => undefined },
    owner: {
      localTowards: () => peer,
      reopen: () => undefined,
      stated: () => undefined,
      admitted: () => undefined,
      ended: () => {
        isOver = true;
      },
    },
  });
  const socket = new Deaf();
  connection.ready(user => new StreamWire({ socket, user, clock, budgets: SIP_BUDGETS }));
  const fill = () => {
    const answer = Buffer.alloc(500);
    let octets = 0;
    for (; !isOver && octets < 2 * BACKLOG; octets += answer.length) connection.send(answer, () => undefined);
    return octets;
  };
  return { connection, fill };
}

test('who reads none of his answers and was never let in has little of our memory', () => {
  const octets = deafConnection().fill();
  assert.ok(octets <= 70_000, String(octets));
});

test('who was let in, or whom we have called, has what the budget gives', () => {
  const known = deafConnection();
  known.connection.admitted();
  for (const { fill } of [known, deafConnection({ isOurs: true })]) {
    const octets = fill();
    assert.ok(octets > 0.99 * BACKLOG && octets < 1.01 * BACKLOG, String(octets));
  }
});
