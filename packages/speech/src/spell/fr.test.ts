import assert from 'node:assert/strict';
import { test } from 'node:test';
import { french } from './fr.ts';

const NUMBERS: readonly (readonly [number, string])[] = [
  [0, 'zéro'],
  [1, 'un'],
  [16, 'seize'],
  [17, 'dix-sept'],
  [20, 'vingt'],
  [21, 'vingt et un'],
  [22, 'vingt-deux'],
  [60, 'soixante'],
  [61, 'soixante et un'],
  [69, 'soixante-neuf'],
  [70, 'soixante-dix'],
  [71, 'soixante et onze'],
  [72, 'soixante-douze'],
  [79, 'soixante-dix-neuf'],
  [80, 'quatre-vingts'],
  [81, 'quatre-vingt-un'],
  [90, 'quatre-vingt-dix'],
  [91, 'quatre-vingt-onze'],
  [99, 'quatre-vingt-dix-neuf'],
  [100, 'cent'],
  [101, 'cent un'],
  [180, 'cent quatre-vingts'],
  [200, 'deux cents'],
  [201, 'deux cent un'],
  [999, 'neuf cent quatre-vingt-dix-neuf'],
  [1000, 'mille'],
  [1999, 'mille neuf cent quatre-vingt-dix-neuf'],
  [2000, 'deux mille'],
  [80_000, 'quatre-vingt mille'],
  [200_000, 'deux cent mille'],
  [200_080, 'deux cent mille quatre-vingts'],
  [1_000_000, 'un million'],
  [80_000_000, 'quatre-vingts millions'],
  [200_000_200, 'deux cents millions deux cents'],
  [-21, 'moins vingt et un'],
];

const FEMININE: readonly (readonly [number, string])[] = [
  [0, 'zéro'],
  [1, 'une'],
  [2, 'deux'],
  [11, 'onze'],
  [21, 'vingt et une'],
  [71, 'soixante et onze'],
  [81, 'quatre-vingt-une'],
  [91, 'quatre-vingt-onze'],
  [101, 'cent une'],
  [111, 'cent onze'],
  [1001, 'mille une'],
  [21_000, 'vingt et un mille'],
];

test('numbers in French', () => {
  for (const [number, words] of NUMBERS) assert.equal(french.number(number), words);
});

test('numbers in French that count something feminine', () => {
  for (const [number, words] of FEMININE) assert.equal(french.number(number, 'feminine'), words);
});

test('what is no number, or too large, is nothing to say', () => {
  for (const number of [Number.NaN, Number.NEGATIVE_INFINITY, 1e9]) assert.equal(french.number(number), '');
});

test('durations in French', () => {
  assert.equal(french.duration(0), 'zéro seconde');
  assert.equal(french.duration(1), 'une seconde');
  assert.equal(french.duration(65), 'une minute et cinq secondes');
  assert.equal(french.duration(1260), 'vingt et une minutes');
  assert.equal(french.duration(3721), 'une heure, deux minutes et une seconde');
});

test('dates and times in French, at the zone', () => {
  const at = Date.UTC(2026, 6, 31, 22, 21);
  assert.equal(
    french.moment({ at, zone: 'Europe/Paris', say: 'date and time' }),
    'samedi premier août, à minuit vingt et une',
  );
  assert.equal(french.moment({ at, zone: 'UTC', say: 'date' }), 'vendredi trente et un juillet');
  assert.equal(french.moment({ at: Date.UTC(2026, 0, 1, 12, 0), zone: 'UTC', say: 'time' }), 'midi');
  assert.equal(french.moment({ at: Date.UTC(2026, 0, 1, 1, 1), zone: 'UTC', say: 'time' }), 'une heure une');
  assert.equal(
    french.moment({ at: Date.UTC(2026, 0, 1, 21, 30), zone: 'UTC', say: 'time' }),
    'vingt et une heures trente',
  );
});
