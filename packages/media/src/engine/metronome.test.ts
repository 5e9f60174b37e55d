import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { Lateness } from './lateness.ts';
import { Metronome, SLOTS } from './metronome.ts';

/** A clock whose timers fire late, as a busy thread's do, and on which work takes time. */
class LateClock extends FakeClock {
  late = 0;
  spent = 0;
  /** How often a timer fired. */
  turns = 0;
  override monotonic() {
    return super.monotonic() + this.spent;
  }
  override after(millis: number, run: () => void) {
    return super.after(Math.max(1, Math.ceil(millis)) + this.late, () => {
      this.turns += 1;
      run();
    });
  }
}

function setUp(onBeat: (clock: LateClock) => void = () => {}) {
  const clock = new LateClock();
  const lateness = new Lateness();
  const beats: number[] = [];
  const house = { needsIt: true };
  const metronome = new Metronome(clock, lateness, slot => {
    beats.push(slot);
    onBeat(clock);
    return house.needsIt;
  });
  metronome.start();
  return { clock, lateness, beats, metronome, house };
}

test('each slot has its turn every 20 ms', () => {
  const { clock, beats } = setUp();
  clock.advance(199);
  assert.equal(beats.length, 10 * SLOTS);
  assert.deepEqual(beats.slice(0, 6), [0, 1, 2, 3, 4, 0]);
});

test('timers that always fire late do not make it drift', () => {
  const { clock, beats, lateness } = setUp();
  clock.late = 1.7;
  clock.advance(60_000);
  assert.ok(Math.abs(beats.length - 3000 * SLOTS) <= 1, `${beats.length}`);
  assert.ok(lateness.quantile(0.99) >= 1.5 && lateness.quantile(0.99) <= 2.75);
});

test('a stall up to 200 ms is made up for, and packets are read in between', () => {
  const { clock, beats } = setUp();
  clock.advance(100);
  const before = beats.length;
  const { turns } = clock;
  clock.spent += 150;
  clock.advance(50);
  assert.equal(beats.length - before, 50);
  assert.ok(clock.turns - turns >= 50 / SLOTS, 'never more than a frame without a turn for the loop');
});

test('after a longer stall it begins anew instead of chasing the past', () => {
  const { clock, beats, lateness, metronome } = setUp();
  clock.advance(100);
  const before = beats.length;
  clock.spent += 5000;
  clock.advance(200);
  assert.ok(beats.length - before <= 51, `${beats.length - before} beats`);
  assert.ok(lateness.max >= 4990);
  assert.equal(metronome.skippedMillis, lateness.max);
});

test('a thread that cannot keep up is left time for its packets', () => {
  const { clock, beats } = setUp(late => {
    // 10 ms of work for 4 ms of time.
    late.spent += 10;
  });
  clock.advance(1000);
  assert.ok(clock.turns >= beats.length / SLOTS);
});

test('stopped is stopped, also from within a beat', () => {
  const { clock, beats, metronome } = setUp();
  clock.advance(50);
  metronome.stop();
  const before = beats.length;
  clock.advance(1000);
  assert.equal(beats.length, before);
  assert.equal(clock.timers, 0);
});

test('a clock that nobody needs rests after a frame, and whoever wakes it has a beat at once and one every 4 ms', () => {
  const { clock, beats, metronome, house, lateness } = setUp();
  clock.advance(100);
  house.needsIt = false;
  clock.advance(20);
  const before = beats.length;
  clock.advance(1000);
  assert.equal(beats.length - before, 10);
  clock.advance(37);
  metronome.wake();
  assert.equal(beats.length - before, 11);
  house.needsIt = true;
  clock.advance(200);
  assert.ok(Math.abs(beats.length - before - 61) <= 1, `${beats.length - before}`);
  assert.ok(lateness.max <= 1, `resting is not being late: ${lateness.max}`);
});

test('woken for nothing it rests again after a frame; woken while it does not rest nothing changes', () => {
  const { clock, beats, metronome, house } = setUp();
  house.needsIt = false;
  clock.advance(500);
  const before = beats.length;
  metronome.wake();
  clock.advance(99);
  assert.equal(beats.length - before, SLOTS);
  house.needsIt = true;
  metronome.wake();
  clock.advance(20);
  const again = beats.length;
  metronome.wake();
  assert.equal(beats.length, again);
});

test('stopped while it rests it stays so, whoever wakes it', () => {
  const { clock, beats, metronome, house } = setUp();
  house.needsIt = false;
  clock.advance(500);
  metronome.stop();
  const before = beats.length;
  metronome.wake();
  clock.advance(1000);
  assert.equal(beats.length, before);
  assert.equal(clock.timers, 0);
});
