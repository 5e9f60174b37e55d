import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from './clock.ts';
import { FakeClock } from './fake-clock.ts';

test('timers fire in order of their due time, at their own moment', () => {
  const clock = new FakeClock();
  const seen: [string, number][] = [];
  clock.after(30, () => seen.push(['late', clock.monotonic()]));
  clock.after(10, () => {
    seen.push(['early', clock.monotonic()]);
    clock.after(5, () => seen.push(['nested', clock.monotonic()]));
  });
  clock.after(20, () => seen.push(['never', 0])).cancel();
  clock.advance(40);
  assert.deepEqual(seen, [
    ['early', 10],
    ['nested', 15],
    ['late', 30],
  ]);
  assert.equal(clock.timers, 0);
});

test('an aborted sleep rejects with the reason and leaves no timer behind', async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const slept = sleep(clock, 1000, abort.signal);
  abort.abort(new Error('hung up'));
  await assert.rejects(slept, /hung up/);
  assert.equal(clock.timers, 0);
});
