import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from './parse.ts';
import { described } from './problem.ts';

/** What is wrong with a source; empty when nothing is. */
function problems(source: string): readonly string[] {
  const parsed = parse(source);
  return 'problems' in parsed ? parsed.problems.map(({ message }) => message) : [];
}

const brackets = (count: number) => `${'('.repeat(count)}1${')'.repeat(count)}`;
/** Texts with values in them, within one another. */
const texts = (count: number) => `${'"$('.repeat(count)}1${')"'.repeat(count)}`;

test('brackets and texts within one another have a limit each, and it is told', () => {
  assert.deepEqual(problems(brackets(64)), []);
  assert.deepEqual(problems(brackets(65)), ['more than 64 brackets within one another']);
  assert.deepEqual(problems(texts(8)), []);
  assert.match(problems(texts(9)).join(), /more than 8 within one another/);
  assert.deepEqual(problems(texts(14)), ['this text is never closed']);
  assert.deepEqual(problems(texts(20_000)), ['this text is never closed']);
});

test('of many problems ten are told', () => {
  assert.equal(problems('"$(1 == 2)"\n'.repeat(9)).length, 9);
  assert.equal(problems('"$(1 == 2)"\n'.repeat(30)).length, 10);
});

test('numbers have the units of memory', () => {
  for (const [source, value] of [
    ['1kb', 1024],
    ['2MB', 2 * 1024 ** 2],
    ['1gb', 1024 ** 3],
    ['1.5tb', 1.5 * 1024 ** 4],
  ] as const) {
    const parsed = parse(source);
    const [statement] = 'script' in parsed ? parsed.script.statements : [];
    assert.ok(statement?.type === 'pipeline' && statement.first.type === 'number', source);
    assert.equal(statement.first.value, value, source);
  }
});

test('what other languages write is told in the words of this one', () => {
  const table: [string, RegExp][] = [
    ['1 == 2', /"==" is not part of this language: to compare, write -eq/],
    ['1 && 2', /"&&" is not part of this language: write -and between conditions, and ; between commands/],
    ['1 || 2', /"\|\|" is not part of this language: write -or between conditions/],
    ['1 > 2', /to compare, write -gt; to write a file, use Export-Csv/],
    ['while ($true) { }', /"while" is a word of PowerShell that is not part of this language/],
  ];
  for (const [source, message] of table) assert.match(problems(source).join('\n'), message, source);
});

test('of a long line only what stands around the mistake is shown, with the mark under it', () => {
  const source = `${'a'.repeat(300)} BAD ${'b'.repeat(300)}`;
  const [where, line = '', mark = ''] = described({ message: 'm', at: { start: 301, end: 304 } }, source).split('\n');
  assert.equal(where, 'column 302: m');
  assert.ok(line.length <= 102, `${line.length}`);
  assert.equal(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1), 'BAD');
});

test('a column is counted in characters as people count them', () => {
  const source = '"😀😀" BAD';
  assert.match(described({ message: 'm', at: { start: 7, end: 10 } }, source), /^column 6: m\n/);
});
