import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cursor } from './cursor.ts';
import { parameterName } from './parameter-names.ts';

const NAMES = ['tag', 'branch', 'rport', 'lr', 'transport', 'received', 'expires', 'q', 'ob', 'ttl', 'reg-id'];
const OCTETS = "abtlrqABTLRQ019-_.!~*'()%+`[]/:&$".split('');

test('a name is what the text says in lower case, whether it is a common one or only nearly', () => {
  const near = fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(12), fc.constantFrom(...OCTETS), fc.nat(2), fc.boolean())
    .map(([name, place, octet, cut, isUpper]) => {
      const at = place % (name.length + 1);
      const changed = name.slice(0, at) + octet + name.slice(at + cut);
      return isUpper ? changed.toUpperCase() : changed;
    });
  const exact = fc.constantFrom(...NAMES, ...NAMES.map(name => name.toUpperCase()));
  fc.assert(
    fc.property(fc.oneof(near, exact), name => {
      const cursor = new Cursor(`;${name}=`, 'parameters');
      assert.equal(parameterName(cursor, 1, 1 + name.length), name.toLowerCase());
    }),
    { numRuns: 3_000, seed: 7 },
  );
});
