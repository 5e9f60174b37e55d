import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMatch, LONGEST_NUMBER, patternMisfit, translated, translationMisfit } from './number-pattern.ts';

/** Rules and numbers as the reference prints them; "trunk" ones are among them. */
const VECTORS = [
  ['^(\\d{4})$', '+1425555$1', '0100', '+14255550100'],
  ['^5(\\d{4})$', '+1425555$1', '50100', '+14255550100'],
  ['^(\\d{7})$', '+1425$1', '5550100', '+14255550100'],
  ['^(\\d{10})$', '+1$1', '2065550100', '+12065550100'],
  ['^1(\\d{10})$', '+$1', '12145550100', '+2145550100'],
  ['^011(\\d*)$', '+$1', '01191445550100', '+91445550100'],
  ['^0$', '+14255550100', '0', '+14255550100'],
  ['^6222(\\d{4})$', '+1425555$1', '62220100', '+14255550100'],
  ['^6333(\\d{4})$', '+1202555$1', '63330100', '+12025550100'],
  ['^(\\d{5})$', '+14255550100;ext=$1', '10001', '+14255550100;ext=10001'],
  ['^\\+(\\d*);ext=(\\d*)$', '+$1', '+14255550123;ext=10001', '+14255550123'],
  ['^\\+(1\\d{10})$', '$1', '+14255551010', '14255551010'],
  ['^\\+(\\d{9}\\d+)$', '011$1', '+441235551010', '011441235551010'],
  ['^\\+1425(\\d{7})$', '$1', '+14255551212', '5551212'],
] as const;

for (const [pattern, translation, number, expected] of VECTORS)
  test(`${pattern} makes ${expected} of ${number}`, () => {
    assert.equal(patternMisfit(pattern), undefined);
    assert.equal(translationMisfit(translation, pattern), undefined);
    assert.equal(translated({ pattern, translation }, number), expected);
  });

test('what does not match is not changed into anything', () => {
  assert.equal(translated({ pattern: '^(\\d{11})$', translation: '+$1' }, '1234'), undefined);
  assert.equal(isMatch('[0-9]{10}', '+14255550100'), true);
  assert.equal(isMatch('^[0-9]{10}$', '+14255550100'), false);
  assert.equal(isMatch('.', '1'.repeat(LONGEST_NUMBER + 1)), false);
});

test('every match is replaced, and a dollar can be written', () => {
  assert.equal(translated({ pattern: '(1)(2)?', translation: `\${1}0$$` }, '121'), '10$10$');
});

/** What .NET knows, and what would mean something else or run for ever here. */
const REFUSED = [
  ['(?=1)\\d', /look-around/],
  ['(?<!1)\\d', /look-around/],
  ['(?<area>\\d)', /names/],
  ['(?i)a', /options/],
  ['(?>\\d+)', /atomic/],
  ['(\\d)\\1', /references back/],
  ['(\\d)\\k<1>', /references back/],
  ['\\p{L}', /\\p is not allowed/],
  ['\\bA', /\\b is not allowed/],
  ['\\', /stands at the end/],
  ['(1', /not closed/],
  ['1)', /closes nothing/],
  ['[1', /not closed/],
  ['[]', /empty/],
  ['[9-0]', /upside down/],
  ['[a-z-[b]]', /\[ in a class/],
  ['*', /repeats nothing/],
  ['1**', /repetition is repeated/],
  ['^*', /anchor is repeated/],
  ['1{5,2}', /upside down/],
  ['{2}', /has to be written/],
  ['^9(\\d*){1,5}$', /fewer ways/],
  ['^(\\d+)+$', /fewer ways/],
  ['^(1|1)*$', /fewer ways/],
  ['\\d*\\d*\\d*\\d*\\d*x', /fewer ways/],
  ['1?'.repeat(30), /fewer ways/],
  ['('.repeat(9) + ')'.repeat(9), /nested/],
  ['1'.repeat(513), /512 characters/],
] as const;

for (const [pattern, says] of REFUSED)
  test(`${pattern.slice(0, 20)} is refused`, () => {
    assert.match(patternMisfit(pattern) ?? '', says);
    assert.equal(translated({ pattern, translation: '' }, '1'), undefined);
  });

test('a refusal tells the place', () => assert.match(patternMisfit('^12(?i)3$') ?? '', /character 5/));

test('a replacement takes only groups that are there', () => {
  assert.match(translationMisfit('+$2', '^(\\d)$') ?? '', /it has 1/);
  assert.match(translationMisfit('$10', '^(\\d)$') ?? '', /it has 1/);
  assert.match(translationMisfit('$x', '^(\\d)$') ?? '', /every \$/);
  assert.equal(translationMisfit(`\${1}0`, '^(\\d)$'), undefined);
});

const PIECE = fc.oneof(
  fc.constantFrom(
    '1',
    '\\d',
    '\\+',
    '[0-9]',
    '[^1-3a]',
    '.',
    '^',
    '$',
    '|',
    '(',
    ')',
    '(?:',
    '*',
    '+',
    '?',
    '{2}',
    '{1,3}',
    '{2,}',
  ),
  fc.constantFrom('[', ']', '\\', '{', '}', '-', '\\w', '\\s', ';', '='),
);

test('what is accepted compiles, has as many groups as were counted, and ends soon', () => {
  fc.assert(
    fc.property(fc.array(PIECE, { maxLength: 14 }), fc.stringMatching(/^[0-9+]{0,40}$/), (pieces, number) => {
      const pattern = pieces.join('');
      if (patternMisfit(pattern) !== undefined) return;
      const groups = (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1;
      assert.equal(translationMisfit(`$${groups + 1}`, pattern) !== undefined, true);
      if (groups > 0) assert.equal(translationMisfit(`$${groups}`, pattern), undefined);
      const started = performance.now();
      isMatch(pattern, number);
      // A generous bound: what is refused for its cost takes minutes.
      assert.ok(performance.now() - started < 2000, pattern);
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test('the worst patterns that are accepted end soon on the worst numbers', () => {
  const worst = ['^(\\d*)(\\d*)(\\d*)$', '^1?1?1?1?1?1?1?1?1?1?1?1?1?1?1?1?x$', '(?:1?){9}2'];
  for (const pattern of worst) {
    assert.equal(patternMisfit(pattern), undefined, pattern);
    const started = performance.now();
    isMatch(pattern, `${'1'.repeat(LONGEST_NUMBER - 1)}#`);
    assert.ok(performance.now() - started < 2000, pattern);
  }
});
