import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { LoadWatch } from './load-watch.ts';

test('lateness counts when it lasts three seconds, and where somebody hears it', () => {
  const clock = new FakeClock();
  let loads = [{ sessions: 5, lateP99: 40 }];
  const watch = new LoadWatch(() => loads, clock);
  clock.advance(2000);
  assert.equal(watch.lateMillis, 0);
  clock.advance(1000);
  assert.equal(watch.lateMillis, 40);
  loads = [
    { sessions: 5, lateP99: 2 },
    { sessions: 0, lateP99: 90 },
  ];
  clock.advance(1000);
  assert.equal(watch.lateMillis, 2);
  watch.close();
  assert.equal(clock.timers, 0);
});
