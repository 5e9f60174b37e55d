import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entrance } from './entrance.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));

/** Calls by number, and which of them have begun. */
function callers(entrance: Entrance, count: number) {
  const begun: number[] = [];
  const places = Array.from({ length: count }, (_, number) => {
    const place = entrance.queue();
    void place.reached.then(() => begun.push(number));
    return place;
  });
  return { begun, places };
}

test('calls begin in the order in which they came, so many at once', async () => {
  const entrance = new Entrance(2);
  const { begun, places } = callers(entrance, 5);
  await turn();
  assert.deepEqual(begun, [0, 1]);
  assert.equal(entrance.waiting, 3);
  places[1].leave();
  places[1].leave();
  await turn();
  await turn();
  assert.deepEqual(begun, [0, 1, 2], 'a call leaves once');
  places[0].leave();
  places[2].leave();
  await turn();
  await turn();
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  assert.equal(entrance.waiting, 0);
});

test('who gives up while it waits keeps nobody back', async () => {
  const entrance = new Entrance(1);
  const { begun, places } = callers(entrance, 3);
  places[1].leave();
  assert.equal(entrance.waiting, 1);
  places[0].leave();
  await turn();
  await turn();
  assert.deepEqual(begun, [0, 2]);
});
