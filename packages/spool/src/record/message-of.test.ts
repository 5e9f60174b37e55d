import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keptMillis, messageOf, type TakeState } from './message-of.ts';

const take = (
  number: number,
  role: 'replace' | 'add',
  sound: number,
  more: { millis?: number; keep?: number } = {},
): TakeState => ({
  number,
  role,
  codec: 'PCMU',
  refs: [],
  samples: (more.millis ?? sound) * 8,
  soundSamples: sound * 8,
  keepMillis: more.keep,
});

test('the newest choice whose takes reach the minimum is the message', () => {
  const cases: [name: string, takes: TakeState[], message: number[]][] = [
    ['nothing recorded', [], []],
    ['one long enough', [take(1, 'replace', 1000)], [1]],
    ['one too short', [take(1, 'replace', 999)], []],
    ['long, but silent', [take(1, 'replace', 200, { millis: 9000 })], []],
    ['a new take that is too short leaves the old one', [take(1, 'replace', 2000), take(2, 'replace', 500)], [1]],
    ['a new take that is long enough replaces it', [take(1, 'replace', 2000), take(2, 'replace', 1000)], [2]],
    ['an addition goes behind', [take(1, 'replace', 2000), take(2, 'add', 100)], [1, 2]],
    [
      'an addition to what a short take did not replace',
      [take(1, 'replace', 2000), take(2, 'replace', 1), take(3, 'add', 300)],
      [1, 3],
    ],
    [
      'recorded again after an addition',
      [take(1, 'replace', 2000), take(2, 'add', 900), take(3, 'replace', 1500)],
      [3],
    ],
    ['an addition that is a message by itself', [take(1, 'replace', 500), take(2, 'add', 1500)], [2]],
    ['additions that are one together', [take(1, 'add', 600), take(2, 'add', 600)], [1, 2]],
    ['an empty addition is left out', [take(1, 'replace', 2000), take(2, 'add', 0)], [1]],
    ['only what is kept counts', [take(1, 'replace', 2000, { keep: 900 })], []],
    ['a take of which nothing is kept', [take(1, 'replace', 2000), take(2, 'add', 2000, { keep: 0 })], [1]],
  ];
  for (const [name, takes, message] of cases) assert.deepEqual(messageOf(takes, 1000), message, name);
  assert.deepEqual(messageOf([take(1, 'replace', 0)], 0), [], 'nothing is no message, even without a minimum');
});

test('whatever was recorded, a later short take never costs an earlier message', () => {
  const anyTake = fc.record({
    role: fc.constantFrom('replace' as const, 'add' as const),
    sound: fc.nat(3000),
    silence: fc.nat(3000),
    keep: fc.option(fc.nat(6000), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(anyTake, { maxLength: 8 }), fc.nat(2000), (list, minimum) => {
      const takes = list.map(({ role, sound, silence, keep }, i) =>
        take(i + 1, role, sound, { millis: sound + silence, keep }),
      );
      const message = messageOf(takes, minimum);
      const shorter = messageOf([...takes, take(99, 'replace', Math.max(0, minimum - 1), { millis: 5000 })], minimum);
      if (minimum > 0) assert.deepEqual(shorter, message);
      assert.deepEqual(
        message,
        message.toSorted((a, b) => a - b),
      );
      assert.ok(message.every(number => keptMillis(takes[number - 1]) > 0));
    }),
    { seed: 1, numRuns: 500 },
  );
});
