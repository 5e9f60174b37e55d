import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectInvalid } from '@parley/directory';
import { defineObject, type Filter, flag, integer, ref, text } from '@parley/schema';
import fc from 'fast-check';
import { readFilter } from './read-filter.ts';

const thing = defineObject({
  kind: 'Thing',
  path: 'things',
  word: 'thing',
  summary: 'A thing.',
  properties: {
    name: text({ required: true, help: 'Name.' }),
    umEnabled: flag({ default: false, help: 'Enabled.' }),
    umMailboxPolicy: ref({ to: 'UMMailboxPolicy', help: 'Policy.' }),
    minutes: integer({ min: 0, max: 10, help: 'Minutes.', aliases: ['Length'] }),
  },
});

const read = (written: string) => readFilter(written, thing);
const name = (value: string): Filter => ({ op: 'like', property: 'name', value });

test('what the originals accept', () => {
  const table: [string, Filter][] = [
    ["Name -like 'A*'", name('A*')],
    ['{name -LIKE "A*"}', name('A*')],
    ["  { $_.Name -like 'A*' }  ", name('A*')],
    ["Name -like 'O''Neil'", name("O'Neil")],
    ['Name -like "say ""hi"" `"there`" `$x"', name('say "hi" "there" $x')],
    ['UMEnabled -eq $TRUE', { op: 'eq', property: 'umEnabled', value: true }],
    ['-not (Length -gt -2)', { op: 'not', of: { op: 'gt', property: 'minutes', value: -2 } }],
    ['!UMMailboxPolicy -eq $null', { op: 'not', of: { op: 'eq', property: 'umMailboxPolicy', value: null } }],
    ["Identity -ne 'x'", { op: 'ne', property: 'name', value: 'x' }],
    ["Name -like 'a' -and Name -like 'b' -and Name -like 'c'", { op: 'and', of: [name('a'), name('b'), name('c')] }],
    [
      "Name -like 'a' -or Name -like 'b' -and Name -like 'c'",
      { op: 'and', of: [{ op: 'or', of: [name('a'), name('b')] }, name('c')] },
    ],
    [
      "Name -like 'a' -or (Name -like 'b' -and Name -like 'c')",
      { op: 'or', of: [name('a'), { op: 'and', of: [name('b'), name('c')] }] },
    ],
  ];
  for (const [written, filter] of table) assert.deepEqual(read(written), filter, written);
});

test('what is wrong is said with its column', () => {
  const table: [string, RegExp][] = [
    ['', /column 1: expected -not or '\(' or a property, found the end/],
    ["Nam -eq 'x'", /column 1: Thing has no property Nam: did you mean Name\?/],
    ["Name -is 'x'", /column 6: .*one of -eq -ne -like/],
    ['Name -eq x', /column 10: /],
    ["Name -eq 'x", /column 10: this is not understood; texts stand between quotes/],
    ["Name -eq 'x' -and", /column 18: /],
    ["Name -eq 'x' Name", /column 14: /],
    ["(Name -eq 'x'", /column 14: .*'\)'/],
    ["Name -eq 'x'; Remove-UMMailbox *", /column 13: /],
    ['Name -eq $(Get-Date)', /column 10: /],
    [`Name -eq '${'x'.repeat(300)}'`, /at most 256 characters/],
    [`Name -eq '${'x'.repeat(3000)}'`, /at most 2048 characters/],
    [`${'('.repeat(1000)}Name -eq 'x'${')'.repeat(1000)}`, /at most 32 parentheses/],
    [`${'!'.repeat(2000)}`, /at most 32 parentheses and negations/],
    ["__proto__ -eq 'x'", /column 1: /],
    ["constructor -eq 'x'", /Thing has no property constructor/],
  ];
  for (const [written, says] of table)
    assert.throws(
      () => read(written),
      (error: unknown) => {
        assert.ok(error instanceof ObjectInvalid, written);
        assert.match(error.message, says, written.slice(0, 80));
        assert.equal(error.problems[0]?.property, 'Filter');
        return true;
      },
    );
});

test('a long row of comparisons is not deep', () => {
  const row = Array.from({ length: 100 }, () => 'Name -eq 1').join(' -or ');
  const filter = read(row);
  assert.ok(filter.op === 'or' && filter.of.length === 100);
});

test('whatever is written is read or refused', () => {
  const words = [
    "'x'",
    '"',
    'Name',
    '-eq',
    '-and',
    '(',
    ')',
    '-not',
    '!',
    '$true',
    '5',
    '{',
    '}',
    '`',
    '-',
    '\u0000',
    '💥',
  ];
  const property = fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 30 }), parts => {
    try {
      read(parts.join(' '));
    } catch (error) {
      assert.ok(error instanceof ObjectInvalid, String(error));
    }
  });
  fc.assert(property, { seed: 7, numRuns: 1000 });
});
