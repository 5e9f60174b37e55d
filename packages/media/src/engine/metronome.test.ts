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
  const metronome = new Metronome(clock, lateness, slot => {
    beats.push(slot);
    onBeat(clock);
  });
  metronome.start();
  return { clock, lateness, beats, metronome };
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
  const { clock, beats, lateness } = setUp();
  clock.advance(100);
  const before = beats.length;
  clock.spent += 5000;
  clock.advance(200);
  assert.ok(beats.length - before <= 51, `${beats.length - before} beats`);
  assert.ok(lateness.max >= 4990);
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
