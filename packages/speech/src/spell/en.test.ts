import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english } from './en.ts';

const NUMBERS: readonly (readonly [number, string])[] = [
  [0, 'zero'],
  [-0.4, 'zero'],
  [1, 'one'],
  [12, 'twelve'],
  [13, 'thirteen'],
  [20, 'twenty'],
  [21, 'twenty-one'],
  [40, 'forty'],
  [99, 'ninety-nine'],
  [100, 'one hundred'],
  [205, 'two hundred five'],
  [999, 'nine hundred ninety-nine'],
  [1000, 'one thousand'],
  [1001, 'one thousand one'],
  [12_345, 'twelve thousand three hundred forty-five'],
  [1_000_000, 'one million'],
  [2_000_019, 'two million nineteen'],
  [999_999_999, 'nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine'],
  [-5, 'minus five'],
  [2.6, 'three'],
];

test('numbers in English', () => {
  for (const [number, words] of NUMBERS) assert.equal(english.number(number), words);
});

test('what is no number, or too large, is nothing to say', () => {
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY, 1e9, -1e9, 1e300])
    assert.equal(english.number(number), '');
});

test('durations in English', () => {
  assert.equal(english.duration(0), 'zero seconds');
  assert.equal(english.duration(1), 'one second');
  assert.equal(english.duration(59.6), 'one minute');
  assert.equal(english.duration(65), 'one minute and five seconds');
  assert.equal(english.duration(120), 'two minutes');
  assert.equal(english.duration(3661), 'one hour, one minute and one second');
  assert.equal(english.duration(7200), 'two hours');
  assert.equal(english.duration(Number.NaN), 'zero seconds');
  assert.equal(english.duration(-3), 'zero seconds');
});

test('dates and times in English, at the zone', () => {
  const at = Date.UTC(2026, 0, 31, 23, 5);
  assert.equal(english.moment({ at, zone: 'UTC', say: 'date' }), 'Saturday, January thirty-first');
  assert.equal(english.moment({ at, zone: 'UTC', say: 'time' }), 'eleven oh five p.m.');
  assert.equal(
    english.moment({ at, zone: 'Europe/Paris', say: 'date and time' }),
    'Sunday, February first, at twelve oh five a.m.',
  );
  assert.equal(english.moment({ at: Date.UTC(2026, 10, 12, 12, 0), zone: 'UTC', say: 'time' }), 'twelve p.m.');
  assert.equal(
    english.moment({ at: Date.UTC(2026, 10, 20, 9, 30), zone: 'UTC', say: 'date and time' }),
    'Friday, November twentieth, at nine thirty a.m.',
  );
  const ordinals = [2, 3, 5, 8, 9, 12, 22].map(
    day => english.moment({ at: Date.UTC(2026, 4, day), zone: 'UTC', say: 'date' }).split(' ')[2],
  );
  assert.deepEqual(ordinals, ['second', 'third', 'fifth', 'eighth', 'ninth', 'twelfth', 'twenty-second']);
});

test('an unknown zone is read as UTC; a moment out of time is nothing to say', () => {
  assert.equal(english.moment({ at: 0, zone: 'Mars/Olympus', say: 'time' }), 'twelve a.m.');
  for (const at of [Number.NaN, 1e20]) assert.equal(english.moment({ at, zone: 'UTC', say: 'time' }), '');
});
