import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { LoadWatch, type ThreadLateness } from './load-watch.ts';

const CALM = { sessions: 5, lateP75: 0.5, lateP99: 0.5 };

function setUp(threads = 1) {
  const clock = new FakeClock();
  let loads: ThreadLateness[] = Array.from({ length: threads }, () => ({ ...CALM }));
  const watch = new LoadWatch(() => loads, clock);
  const news = (...told: Partial<ThreadLateness>[]) => {
    loads = loads.map((_, thread) => ({ ...CALM, ...told[thread] }));
  };
  /** Threads tell something every half second. */
  const tell = (...told: Partial<ThreadLateness>[]) => {
    news(...told);
    clock.advance(500);
    return watch.lateMillis;
  };
  return { clock, watch, tell, news };
}

test('when most packets are late that counts at once, and for a while after it is over', () => {
  const { tell } = setUp();
  assert.equal(tell({}), 0.5);
  assert.equal(tell({ lateP75: 40, lateP99: 50 }), 40);
  assert.equal(tell({ lateP75: 22, lateP99: 50 }), 40);
  assert.equal(tell({}), 40);
  assert.equal(tell({}), 22);
  assert.equal(tell({}), 0.5);
});

test('a few late packets count when three seconds on end have some, not once a second', () => {
  const { tell } = setUp();
  const hiccup = { lateP99: 30 };
  for (let second = 0; second < 5; second++) for (const load of [hiccup, {}]) assert.equal(tell(load), 0.5);
  for (let half = 0; half < 5; half++) assert.equal(tell(hiccup), 0.5);
  assert.equal(tell(hiccup), 30);
  assert.equal(tell({ lateP99: 20 }), 20);
  assert.equal(tell({}), 0.5);
});

test('the worst thread counts, but only where somebody hears it', () => {
  const { tell } = setUp(2);
  assert.equal(tell({}, { lateP75: 33 }), 33);
  for (let i = 0; i < 3; i++) tell({}, { sessions: 0, lateP75: 90 });
  assert.equal(tell({}, { sessions: 0, lateP75: 90 }), 0.5);
});

test('a thread that tells nothing any more is stuck, unless it has no calls', () => {
  const { clock, watch, tell, news } = setUp();
  tell({});
  clock.advance(1000);
  assert.equal(watch.stuck, false);
  clock.advance(1000);
  assert.equal(watch.stuck, true);
  assert.equal(watch.lateMillis, 0.5);
  news({});
  assert.equal(watch.stuck, false, 'no longer as soon as it does');
  tell({ sessions: 0 });
  clock.advance(60_000);
  assert.equal(watch.stuck, false);
  watch.close();
  assert.equal(clock.timers, 0);
});
