import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { Entrance } from './entrance.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));

/** An entrance, calls by number, and which of them have begun. */
function callers(count: number, perSecond = 1000) {
  const clock = new FakeClock();
  const entrance = new Entrance({ clock, perSecond: () => perSecond });
  const begun: number[] = [];
  const places = Array.from({ length: count }, (_, number) => {
    const place = entrance.queue();
    void place.reached.then(() => begun.push(number));
    return place;
  });
  return { clock, entrance, begun, places };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('calls begin in the order in which they came, 16 at once', async () => {
  const { entrance, begun, places } = callers(19);
  await turn();
  assert.deepEqual(begun, upTo(16));
  assert.equal(entrance.waiting, 3);
  places[1].leave();
  places[1].leave();
  await turn();
  assert.deepEqual(begun, upTo(17), 'a call leaves once');
  places[0].leave();
  places[2].leave();
  await turn();
  assert.deepEqual(begun, upTo(19));
  assert.equal(entrance.waiting, 0);
});

test('who gives up while it waits keeps nobody back', async () => {
  const { entrance, begun, places } = callers(18);
  places[16].leave();
  assert.equal(entrance.waiting, 1);
  places[0].leave();
  await turn();
  assert.deepEqual(begun, [...upTo(16), 17]);
});

test('32 come in ahead of the pace, the others at it', async () => {
  const { clock, begun, places } = callers(40, 10);
  const allLeave = async () => {
    for (const number of begun) places[number].leave();
    await turn();
  };
  await turn();
  for (let i = 0; i < 4; i++) await allLeave();
  assert.deepEqual(begun, upTo(33));
  clock.advance(99);
  await allLeave();
  assert.equal(begun.length, 33);
  clock.advance(1);
  await allLeave();
  assert.equal(begun.length, 34);
  clock.advance(500);
  await allLeave();
  assert.equal(begun.length, 39);
});
