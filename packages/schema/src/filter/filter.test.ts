import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Comparison, type Filter, matches } from './filter.ts';
import { likeness } from './wildcard.ts';

const ann = { name: 'Ann', umEnabled: true, extensions: ['1001', '1002'], minutes: 20, longest: 'Unlimited', list: [] };

const is = (property: string, op: Comparison, value: string | number | boolean | null): Filter => ({
  op,
  property,
  value,
});

test('comparisons, whatever the case, and of a list one entry', () => {
  const table: [Filter, boolean][] = [
    [is('name', 'eq', 'ANN'), true],
    [is('name', 'ne', 'ann'), false],
    [is('name', 'like', 'a*'), true],
    [is('name', 'notlike', 'a?'), true],
    [is('umEnabled', 'eq', true), true],
    [is('umEnabled', 'eq', 'True'), true],
    [is('umEnabled', 'eq', false), false],
    [is('extensions', 'eq', '1002'), true],
    [is('extensions', 'contains', 1001), true],
    [is('extensions', 'contains', '100'), false],
    [is('extensions', 'like', '*2'), true],
    [is('minutes', 'gt', 3), true],
    [is('minutes', 'gt', '3'), true],
    [is('minutes', 'ge', 20), true],
    [is('minutes', 'lt', 20), false],
    [is('minutes', 'le', 20), true],
    [is('longest', 'gt', 1_000_000), true],
    [is('longest', 'ge', 'unlimited'), true],
    [is('name', 'gt', 'aaa'), true],
    [is('name', 'lt', 'aaa'), false],
    [is('absent', 'eq', null), true],
    [is('list', 'eq', null), true],
    [is('name', 'ne', null), true],
    [is('absent', 'eq', ''), true],
    [is('absent', 'gt', 1), false],
    [is('absent', 'le', 1), false],
    [is('constructor', 'ne', null), false],
    [is('__proto__', 'ne', null), false],
  ];
  for (const [filter, expected] of table) assert.equal(matches(filter, ann), expected, JSON.stringify(filter));
});

test('and, or, not', () => {
  const yes = is('name', 'eq', 'ann');
  const no = is('name', 'eq', 'bob');
  assert.equal(matches({ op: 'and', of: [yes, no] }, ann), false);
  assert.equal(matches({ op: 'or', of: [no, yes] }, ann), true);
  assert.equal(matches({ op: 'not', of: { op: 'or', of: [no, yes] } }, ann), false);
  assert.equal(matches({ op: 'and', of: [] }, ann), true);
  assert.equal(matches({ op: 'or', of: [] }, ann), false);
});

/** The meaning of a pattern, written as plainly as can be: every way is tried. */
function plainly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '*') return plainly(rest, text) || (text !== '' && plainly(pattern, text.slice(1)));
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && plainly(rest, text.slice(1));
}

test('wildcards mean what they say', () => {
  const letters = (alphabet: string, maxLength: number) =>
    fc.array(fc.constantFrom(...alphabet), { maxLength }).map(each => each.join(''));
  const property = fc.property(letters('ab*?', 7), letters('ab', 8), (pattern, text) => {
    assert.equal(likeness(pattern)(text), plainly(pattern, text), `${pattern} ${text}`);
  });
  fc.assert(property, { seed: 5, numRuns: 3000 });
});

test('what is special elsewhere is a letter here, and no pattern explodes', () => {
  assert.equal(likeness('a.c[1]%_')('a.c[1]%_'), true);
  assert.equal(likeness('a.c')('abc'), false);
  const started = process.cpuUsage();
  assert.equal(likeness(`${'*a'.repeat(120)}b*`)('a'.repeat(1024)), false);
  assert.equal(likeness(`*${'a?'.repeat(120)}b*`)('a'.repeat(1024)), false);
  assert.ok(process.cpuUsage(started).user < 1_000_000);
});
