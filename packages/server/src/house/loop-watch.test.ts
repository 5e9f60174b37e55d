import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@parley/base';
import { LoopWatch } from './loop-watch.ts';

/** A clock whose timers are as late as a test says. */
function lateClock() {
  let now = 0;
  let due: (() => void) | undefined;
  const clock: Clock = {
    wall: () => now,
    monotonic: () => now,
    after(millis, run) {
      const at = now + millis;
      due = () => {
        now = Math.max(now, at);
        run();
      };
      return {
        cancel() {
          due = undefined;
        },
      };
    },
  };
  return {
    clock,
    get waits() {
      return due !== undefined;
    },
    /** The next timer runs, so much too late. */
    turn(late: number) {
      const run = due;
      now += 100 + late;
      run?.();
    },
  };
}

test('lateness counts when it lasts for half a second, and is over with the first look that is in time', () => {
  const { clock, turn } = lateClock();
  const watch = new LoopWatch(clock);
  turn(900);
  for (let i = 0; i < 4; i++) turn(0);
  assert.equal(watch.lateMillis, 0, 'one long piece of work is no overload');
  for (let i = 0; i < 4; i++) turn(150);
  assert.equal(watch.lateMillis, 0);
  turn(130);
  assert.equal(watch.lateMillis, 130);
  turn(3);
  assert.equal(watch.lateMillis, 3);
});

test('it leaves no timer behind', () => {
  const late = lateClock();
  const watch = new LoopWatch(late.clock);
  late.turn(0);
  assert.ok(late.waits);
  watch.close();
  assert.ok(!late.waits);
});
