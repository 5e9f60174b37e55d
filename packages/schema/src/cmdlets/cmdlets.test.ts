import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownName } from '../define/shown-name.ts';
import { isKind } from '../objects/index.ts';
import { cmdletNamed, cmdlets } from './index.ts';

test('names are verb-noun and no two cmdlets share one, whatever the case', () => {
  const names = cmdlets.flatMap(({ name, aliases = [] }) => [name, ...aliases]).map(name => name.toLowerCase());
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
  for (const { name } of cmdlets) assert.match(name, /^[A-Z][a-z]+-[A-Z][A-Za-z]+$/);
  assert.equal(cmdletNamed('set-umdialplan')?.name, 'Set-UMDialPlan');
});

for (const { name, kind, parameters, examples } of cmdlets)
  test(`${name} has parameters that can be told apart, and examples of itself`, () => {
    if (kind !== undefined) assert.ok(isKind(kind), kind);
    const names = Object.entries(parameters).flatMap(([shown, { aliases = [] }]) => [shown, ...aliases]);
    assert.equal(new Set(names.map(each => each.toLowerCase())).size, names.length);
    assert.ok(examples.length > 0, 'an example');
    for (const { line } of examples) assert.match(line.toLowerCase(), new RegExp(`\\b${name.toLowerCase()}\\b`));
  });

test('properties are shown as the originals write them', () => {
  for (const [name, shown] of [
    ['name', 'Name'],
    ['umMailboxPolicy', 'UMMailboxPolicy'],
    ['uriType', 'URIType'],
    ['tuiPromptEditingEnabled', 'TUIPromptEditingEnabled'],
    ['voIPSecurity', 'VoIPSecurity'],
    ['sipResourceIdentifier', 'SIPResourceIdentifier'],
    ['pinLifetime', 'PINLifetime'],
  ])
    assert.equal(shownName(name), shown);
});
