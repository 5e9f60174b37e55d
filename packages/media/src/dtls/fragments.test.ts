import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Assembler, type Fragment, fragmentsOf, handshakeMessage } from './fragments.ts';

const bodyOf = (length: number, number = 0) => Uint8Array.from({ length }, (_, i) => (i * 7 + number) & 255);

function fragment(number: number, length: number, [from, to]: readonly [number, number], type = 11): Fragment {
  return { type, length, number, offset: from, piece: bodyOf(length, number).subarray(from, to) };
}

test('messages in pieces of any size, in any order, overlapping and doubled, come out whole and in order', () => {
  const cut = fc.tuple(fc.nat(200), fc.nat(200)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), cut), { maxLength: 40 }), pieces => {
      const assembler = new Assembler(0);
      for (const [number, range] of pieces) assembler.add(fragment(number, 200, range));
      for (const number of [3, 1, 0, 2])
        for (const at of [150, 0, 100, 50]) assembler.add(fragment(number, 200, [at, at + 50]));
      const out = Array.from({ length: 5 }, () => assembler.take());
      assert.deepEqual(
        out.slice(0, 4).map(message => message?.body),
        [0, 1, 2, 3].map(number => bodyOf(200, number)),
      );
      assert.equal(out[4], undefined);
      assert.ok(!assembler.contradicted);
    }),
    { numRuns: 200, seed: 42 },
  );
});

test('there is an end to what is kept', () => {
  const assembler = new Assembler(0);
  for (const number of [0, 1, 2, 3]) assembler.add(fragment(number, 8192, [0, 1]));
  for (const number of [0, 1]) assembler.add(fragment(number, 8192, [1, 8192]));
  for (const number of [2, 3]) assembler.add(fragment(number, 8192, [0, 8192]));
  assert.deepEqual(
    [0, 1, 2].map(() => assembler.take()?.body.length),
    [8192, 8192, undefined],
  );
  // What was refused is taken once there is room.
  assembler.add(fragment(2, 8192, [0, 8192]));
  assert.equal(assembler.take()?.body.length, 8192);
  assembler.add(fragment(7, 10, [0, 10]));
  assembler.add(fragment(2, 10, [0, 10]));
  assert.equal(assembler.take(), undefined);
});

test('parts that cannot be of one message are seen', () => {
  for (const other of [fragment(0, 201, [0, 10]), fragment(0, 200, [0, 10], 16)]) {
    const assembler = new Assembler(0);
    assembler.add(fragment(0, 200, [0, 100]));
    assembler.add(other);
    assert.ok(assembler.contradicted);
  }
});

test('records are read up to the first part that cannot be', () => {
  const whole = handshakeMessage(11, 3, bodyOf(20)).whole;
  const two = Buffer.concat([whole, whole]);
  assert.equal(fragmentsOf(two).length, 2);
  assert.equal(fragmentsOf(two.subarray(0, -1)).length, 1);
  const beyond = Buffer.from(whole);
  beyond[3] = 19;
  assert.equal(fragmentsOf(beyond).length, 0, 'longer than its message');
  const huge = Buffer.from(whole);
  huge[1] = 1;
  assert.equal(fragmentsOf(huge).length, 0, 'of a message that is too long');
  assert.equal(fragmentsOf(Buffer.concat(Array.from({ length: 50 }, () => whole))).length, 8);
});
