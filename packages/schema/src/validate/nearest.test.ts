import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cmdlets } from '../cmdlets/index.ts';
import { edits } from './edits.ts';
import { nearest } from './nearest.ts';

const PARAMETERS = ['Identity', 'Name', 'Extensions', 'Confirm', 'Filter'];

test('two neighbours that have changed places do not hide what is meant', () => {
  for (const [word, meant] of [
    ['Nmae', 'Name'],
    ['aNme', 'Name'],
    ['Naem', 'Name'],
    ['Fitler', 'Filter'],
    ['Cnofrim', 'Confirm'],
    ['iDentity', 'Identity'],
  ])
    assert.equal(nearest(word, PARAMETERS), `did you mean ${meant}?`, word);
  const names = cmdlets.map(({ name }) => name);
  assert.match(nearest('egt-csuser', names), /^did you mean Get-CsUser/);
  assert.match(nearest('Get-UMMialbox', names), /^did you mean Get-UMMailbox/);
});

test('a name with any two neighbours swapped is found', () => {
  const names = cmdlets.map(({ name }) => name);
  for (const name of names.filter((_, place) => place % 10 === 0))
    for (let at = 0; at + 1 < name.length; at++) {
      const swapped = `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
      const advice = nearest(swapped, names);
      assert.ok(advice.slice('did you mean '.length, -1).split(' or ').includes(name), `${swapped}: ${advice}`);
    }
});

test('what is like nothing is told so', () => {
  assert.equal(nearest('Zzz', PARAMETERS), `it has ${PARAMETERS.join(', ')}`);
  assert.equal(nearest('ab', ['ba', 'cd']), 'it has ba, cd');
  assert.match(
    nearest(
      'x'.repeat(100_000),
      cmdlets.map(({ name }) => name),
    ),
    /^none is spelled like it$/,
  );
});

test('the distance is one: the same both ways, none for equal words, one for a slip, never more than the longer word', () => {
  assert.deepEqual(
    [edits('', ''), edits('ca', 'abc'), edits('kitten', 'sitting'), edits('teh', 'the'), edits('', 'abc')],
    [0, 3, 3, 1, 3],
  );
  const word = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = edits(a, b);
      assert.equal(distance, edits(b, a));
      assert.equal(distance === 0, a === b);
      assert.ok(distance <= Math.max(a.length, b.length) && distance >= Math.abs(a.length - b.length));
    }),
    { seed: 7, numRuns: 500 },
  );
});
