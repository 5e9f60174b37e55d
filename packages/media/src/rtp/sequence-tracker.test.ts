import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterarrivalJitter } from './interarrival-jitter.ts';
import { SequenceTracker } from './sequence-tracker.ts';

test('numbers grow across the wrap, also when packets around it swap places', () => {
  const tracker = new SequenceTracker();
  const extended = [65_534, 0, 65_535, 1].map(sequence => tracker.update(sequence));
  assert.deepEqual(
    extended.map(number => number - extended[0]),
    [0, 2, 1, 3],
  );
  assert.equal(tracker.lost, 0);
  assert.equal(tracker.received, 4);
});

test('what is missing is counted, and no more once it came late', () => {
  const tracker = new SequenceTracker();
  for (const sequence of [10, 11, 14]) tracker.update(sequence);
  assert.equal(tracker.lost, 2);
  tracker.update(12);
  assert.equal(tracker.lost, 1);
  assert.equal(tracker.expected, 5);
});

test('a jump is not believed until a second packet follows it; then a new run begins', () => {
  const tracker = new SequenceTracker();
  tracker.update(100);
  assert.equal(tracker.update(40_000), -1);
  assert.equal(tracker.update(101) > 0, true, 'the old run goes on');
  assert.equal(tracker.update(20_000), -1);
  assert.equal(tracker.runs, 1);
  assert.ok(tracker.update(20_001) > 0);
  assert.equal(tracker.runs, 2);
  assert.equal(tracker.lost, 0, 'a jump is not 20,000 lost packets');
});

test('loss of earlier runs stays counted', () => {
  const tracker = new SequenceTracker();
  for (const sequence of [1, 2, 4]) tracker.update(sequence);
  tracker.restart();
  for (const sequence of [9000, 9002]) tracker.update(sequence);
  assert.equal(tracker.lost, 2);
  assert.equal(tracker.received, 5);
});

test('a report counts cycles and losses of the run under way only (RFC 3550 section 6.4.1)', () => {
  const tracker = new SequenceTracker();
  assert.equal(tracker.highestReported, 0);
  for (const sequence of [65_534, 65_535]) tracker.update(sequence);
  assert.equal(tracker.highestReported, 65_535, 'no wrap yet');
  for (const sequence of [1, 2]) tracker.update(sequence);
  assert.deepEqual([tracker.highestReported, tracker.lostInRun], [65_536 + 2, 1]);
  tracker.restart();
  for (const sequence of [9000, 9001]) tracker.update(sequence);
  assert.deepEqual([tracker.highestReported, tracker.lostInRun, tracker.lost], [9001, 0, 1]);
});

test('jitter: none for an even stream, the mean deviation for an uneven one, untouched by a wrap', () => {
  const even = new InterarrivalJitter();
  for (let i = 0; i < 100; i++) even.packet(20 * i, (0xffffff00 + 160 * i) >>> 0);
  assert.deepEqual([even.units, even.smoothed], [0, 0]);
  const uneven = new InterarrivalJitter();
  for (let i = 0; i < 1000; i++) uneven.packet(20 * i + (i % 2) * 5, 160 * i);
  for (const units of [uneven.units, uneven.smoothed])
    assert.ok(Math.abs(units - 40) < 1, `5 ms are 40 units, found ${units}`);
  for (let i = 1000; i < 2000; i++) uneven.packet(20 * i, 160 * i);
  assert.ok(uneven.smoothed < 0.1, 'a report tells of the last packets');
  assert.ok(Math.abs(uneven.units - 20) < 1, `and the record of the call of all, found ${uneven.units}`);
});

test('a sender who stops his timestamps while he says nothing has no jitter by it, a stall of the network has', () => {
  const silent = new InterarrivalJitter();
  for (let i = 0; i < 100; i++) silent.packet(20 * i + (i < 50 ? 0 : 30_000), 160 * i);
  assert.deepEqual([silent.units, silent.smoothed], [0, 0]);
  const stalled = new InterarrivalJitter();
  for (let i = 0; i < 100; i++) stalled.packet(Math.max(20 * i, i < 50 ? 0 : 1900), 160 * i);
  assert.ok(stalled.smoothed > 100, `${stalled.smoothed}`);
});
