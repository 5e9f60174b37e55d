import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lateness } from './lateness.ts';

test('quantiles are those of the entries, rounded up to a quarter of a millisecond', () => {
  const lateness = new Lateness();
  assert.equal(lateness.quantile(0.99), 0);
  for (let i = 1; i <= 100; i++) lateness.add(i / 10);
  assert.equal(lateness.quantile(0.5), 5.25);
  assert.equal(lateness.quantile(1), 10);
  assert.equal(lateness.shareAbove(9.75), 0.03);
  lateness.add(-3);
  lateness.add(5000);
  assert.equal(lateness.max, 5000);
  assert.equal(lateness.quantile(1), 5000);
});

test('two histograms become one', () => {
  const [one, other] = [new Lateness(), new Lateness()];
  for (let i = 0; i < 90; i++) one.add(1);
  for (let i = 0; i < 10; i++) other.add(50);
  one.merge(other);
  assert.equal(one.total, 100);
  assert.equal(one.quantile(0.9), 1.25);
  assert.equal(one.quantile(0.91), 50);
  assert.equal(one.max, 50);
});
