import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { Peer } from '../transport/peer.ts';
import { Pace } from './pace.ts';

const KNOWN = '10.0.0.1';
const from = (address: string): Peer => ({ transport: 'udp', address, port: 5060 });
const stranger = (n: number) => from(`10.1.${n >> 8}.${n & 255}`);

function paceOf(strangersPerSecond: number) {
  const clock = new FakeClock();
  const log = memoryLog();
  const pace = new Pace({ clock, log, strangersPerSecond, unlimited: ({ address }) => address === KNOWN });
  return { clock, pace, lines: log.lines };
}

test('of many strangers so many datagrams are read as of one; who is known is always read', async () => {
  const { clock, pace } = paceOf(100);
  const read = () => Array.from({ length: 1000 }, (_, n) => pace.reads(stranger(n))).filter(Boolean).length;
  assert.equal(read(), 100);
  assert.ok(Array.from({ length: 1000 }, () => pace.reads(from(KNOWN))).every(Boolean));
  await clock.run(500);
  assert.equal(read(), 50);
});

test('connections take turns, each as often as any other, and nobody is forgotten', async () => {
  const { clock, pace } = paceOf(100);
  const taken = [0, 0, 0, 0];
  const go = (n: number) => {
    taken[n] += 1;
    while (taken[n] < 200 && pace.isTurnOf(stranger(n), () => go(n))) taken[n] += 1;
  };
  // The first one takes the burst; from then on there is one turn for each.
  for (const n of taken.keys()) if (pace.isTurnOf(stranger(n), () => go(n))) go(n);
  assert.deepEqual(taken, [100, 0, 0, 0]);
  await clock.run(1000);
  const [first, ...others] = taken;
  for (const each of others) assert.ok(Math.abs(each - (first - 100)) <= 5, String(taken));
  await clock.run(10_000);
  assert.deepEqual(taken, [200, 200, 200, 200]);
  assert.equal(clock.timers, 0);
});

test('what is not read is told in a line a minute, with how much it was', async () => {
  const { clock, pace, lines } = paceOf(100);
  for (let n = 0; n < 600; n++) {
    for (let packet = 0; packet < 200; packet++) pace.reads(stranger(packet));
    await clock.run(100);
  }
  assert.ok(lines.length <= 2, String(lines.length));
  assert.deepEqual(Object.keys(lines[0].fields), ['transport', 'source', 'times', 'strangersPerSecond', 'change']);
});
