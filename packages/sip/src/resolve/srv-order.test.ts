import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import type { SrvRecord } from './resolver.ts';
import { srvOrder } from './srv-order.ts';

const SEED = 42;
const srv = (name: string, priority: number, weight: number, port = 5060): SrvRecord => ({
  name,
  priority,
  weight,
  port,
});

test('priorities come in order, each server once', () => {
  const records = [srv('c', 20, 0), srv('a', 10, 5), srv('b', 10, 5), srv('d', 30, 65_535)];
  const names = srvOrder(records, seeded(SEED)).map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2).sort(), ['a', 'b']);
  assert.deepEqual(names.slice(2), ['c', 'd']);
});

test(`weights 70, 20, 10 and 0 decide who is first, and then who of the rest (seed ${SEED})`, () => {
  const records = [srv('a', 1, 70), srv('b', 1, 20), srv('c', 1, 10), srv('z', 1, 0)];
  const random = seeded(SEED);
  const first: Record<string, number> = { a: 0, b: 0, c: 0, z: 0 };
  let cAfterA = 0;
  const runs = 20_000;
  for (let n = 0; n < runs; n++) {
    const [one, two] = srvOrder(records, random);
    first[one.name] += 1;
    if (one.name === 'a' && two.name === 'b') cAfterA += 1;
  }
  // RFC 2782: of the numbers 0 to 100, 0 draws z, 1 to 70 a, 71 to 90 b, 91 to 100 c.
  for (const [name, share] of [
    ['a', 70],
    ['b', 20],
    ['c', 10],
    ['z', 1],
  ] as const)
    assert.ok(Math.abs(first[name] / runs - share / 101) < 0.008, `${name}: ${first[name]} of ${runs}`);
  // After a, of 0 to 30: 20 numbers draw b.
  assert.ok(Math.abs(cAfterA / first.a - 20 / 31) < 0.02, `${cAfterA} of ${first.a}`);
});

test('records that offer nothing, or have no port, are left out; of very many some are taken', () => {
  const random = seeded(SEED);
  assert.deepEqual(srvOrder([srv('.', 0, 0), srv('', 0, 0), srv('x', 0, 0, 0)], random), []);
  const many = Array.from({ length: 5000 }, (_, n) => srv(`h${n}`, n % 100, 1));
  const ordered = srvOrder(many, random);
  assert.equal(ordered.length, 64);
  assert.ok(ordered.every(({ priority }) => priority < 2));
});

test('records whose numbers are none are left out, and keep nobody waiting', () => {
  for (const broken of [Number.NaN, -1, 1.5, 65_536, Number.POSITIVE_INFINITY])
    for (const record of [srv('x', broken, 0), srv('x', 0, broken), srv('x', 0, 0, broken)])
      assert.deepEqual(srvOrder([record, srv('a', 1, 1)], seeded(SEED)), [srv('a', 1, 1)]);
});
