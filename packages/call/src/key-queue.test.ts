import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { bargeInKeys, KeyQueue } from './key-queue.ts';

const forEver = new AbortController().signal;

test('keys come out in the order they were pressed, queued or waited for', async () => {
  const clock = new FakeClock();
  const keys = new KeyQueue(clock);
  keys.press('1');
  keys.press('2');
  assert.equal(await keys.next(1000, forEver), '1');
  assert.equal(await keys.next(1000, forEver), '2');
  const third = keys.next(1000, forEver);
  keys.press('3');
  assert.equal(await third, '3');
  assert.equal(clock.timers, 0);
});

test('nobody waits longer than asked, nor beyond the call', async () => {
  const clock = new FakeClock();
  const keys = new KeyQueue(clock);
  const none = keys.next(1000, forEver);
  await clock.run(1000);
  assert.equal(await none, undefined);
  const call = new AbortController();
  const cut = keys.next(1000, call.signal);
  call.abort(new Error('over'));
  await assert.rejects(cut, /over/);
  await assert.rejects(keys.next(1000, call.signal), /over/);
  assert.equal(clock.timers, 0);
  keys.press('1');
  assert.equal(await keys.next(0, forEver), '1', 'a key after the wait is queued');
});

test('it knows which prompts not to start, forgets and swallows', async () => {
  const keys = new KeyQueue(new FakeClock());
  keys.press('5');
  assert.ok(keys.holds('45') && !keys.holds('46') && !keys.holds(''));
  keys.swallow('#');
  assert.ok(keys.holds('5'));
  keys.swallow('5');
  assert.ok(!keys.holds('5'));
  keys.press('1');
  keys.clear();
  assert.ok(!keys.holds('1'));
});

test('a flood of keys does not grow for ever', async () => {
  const clock = new FakeClock();
  const keys = new KeyQueue(clock);
  for (let i = 0; i < 10_000; i++) keys.press('1');
  let count = 0;
  while (keys.holds('1')) {
    await keys.next(0, forEver);
    count += 1;
  }
  assert.equal(count, 64);
});

test('barge-in: all keys, none, or those named', () => {
  assert.equal(bargeInKeys(undefined), '0123456789*#ABCD');
  assert.equal(bargeInKeys(true), '0123456789*#ABCD');
  assert.equal(bargeInKeys(false), '');
  assert.equal(bargeInKeys('1*'), '1*');
});
