import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerId, headerIdAt, headerName, likelyNameAt } from './header-names.ts';

const NAMES = [
  'Via',
  'v',
  'Call-ID',
  'i',
  'CSeq',
  'Content-Length',
  'l',
  'P-Asserted-Identity',
  'Min-SE',
  'Refer-To',
  'Reply-To',
];
/** The last one of the table. */
const LAST = headerId('Warning');
const TOKENS = "ABCXYZabcxyz019-.!%*_+`'~".split('');

function idOf(name: string): number {
  const bytes = Buffer.from(`x${name}:`, 'latin1');
  return headerIdAt(likelyNameAt(bytes, 1, bytes.length - 1), bytes, 1);
}

test('a name in octets is known when the name as text is: all names, in any case', () => {
  for (let id = 1; id <= LAST; id++) {
    const name = headerName(id);
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) assert.equal(idOf(spelled), id, spelled);
  }
  assert.equal(idOf('m'), headerId('contact'));
  assert.equal(idOf('M'), headerId('contact'));
});

test('names that differ in one letter, lack one or have one more are others', () => {
  const near = fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(30), fc.constantFrom(...TOKENS), fc.nat(2))
    .map(
      ([name, at, token, cut]) =>
        name.slice(0, at % (name.length + 1)) + token + name.slice((at % (name.length + 1)) + cut),
    );
  const any = fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 30 }).map(tokens => tokens.join(''));
  fc.assert(
    fc.property(fc.oneof(near, any), name => assert.equal(idOf(name), headerId(name), name)),
    { numRuns: 3_000, seed: 20 },
  );
});
