import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '@parley/base';
import { places } from './places.ts';

test('so many run at once, so many wait in their order, and the next is refused', async () => {
  const two = places(2, 1);
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    order.push(name);
    return new Promise<string>(resolve => ends.push(() => resolve(name)));
  };
  const [a, b, c] = ['a', 'b', 'c'].map(name => two.with(work(name)));
  await assert.rejects(two.with(work('d')), error => codeOf(error) === 'TOO_MANY_REQUESTS');
  assert.deepEqual(order, ['a', 'b']);
  ends[0]();
  assert.equal(await a, 'a');
  await Promise.resolve();
  assert.deepEqual(order, ['a', 'b', 'c']);
  for (const end of ends) end();
  assert.deepEqual(await Promise.all([b, c]), ['b', 'c']);
});

test('work that fails leaves its place', async () => {
  const one = places(1, 0);
  for (let i = 0; i < 3; i++)
    await assert.rejects(
      one.with(() => Promise.reject(new Error('broken'))),
      /broken/,
    );
  assert.equal(await one.with(async () => 7), 7);
});
