import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug } from '@parley/base';
import { splitList } from './list.ts';
import { nameAddress, parseNameAddress, parseNameAddressList, printNameAddress } from './name-address.ts';
import { parseParameters } from './parameters.ts';
import { SipParseError } from './sip-parse-error.ts';

test('name-addr and addr-spec, display names quoted and not', () => {
  const quoted = parseNameAddress('"A. \\"G.\\" Bell, Alexander" <sip:agb@bell-telephone.com;transport=tcp> ;tag=a48s');
  assert.equal(quoted.display, 'A. "G." Bell, Alexander');
  assert.equal(quoted.uriText, 'sip:agb@bell-telephone.com;transport=tcp');
  assert.deepEqual([...quoted.parameters], [['tag', 'a48s']]);
  assert.equal(parseNameAddress('caller<sip:c@h>').display, 'caller');
  assert.equal(parseNameAddress('Zoë Müller <sip:c@h>').display, 'Zoë Müller');
  assert.equal(parseNameAddress('"" <sip:c@h>').display, '');
  assert.equal(parseNameAddress('<sip:c@h>').display, '');
});

test('without brackets the parameters belong to the header (RFC 3261 section 20)', () => {
  const bare = parseNameAddress('sip:+12125551212@phone2net.com;tag=887s ; x = "a b"');
  assert.equal(bare.uriText, 'sip:+12125551212@phone2net.com');
  assert.deepEqual(
    [...bare.parameters],
    [
      ['tag', '887s'],
      ['x', 'a b'],
    ],
  );
  assert.deepEqual(parseNameAddress('*').uri, { scheme: 'other', text: '*' });
});

test('lists split at commas that are not quoted or bracketed', () => {
  const list = parseNameAddressList('"Bob, \\", sr" <sip:a,b@x>;q=1, sip:c@d;r , <sip:e@f>');
  assert.deepEqual(
    list.map(address => address.uriText),
    ['sip:a,b@x', 'sip:c@d', 'sip:e@f'],
  );
  assert.deepEqual(splitList('"a,\\"," <b,c> , d,,e '), ['"a,\\"," <b,c>', 'd', '', 'e']);
  assert.deepEqual(splitList(' '), []);
  assert.deepEqual(splitList('a,'), ['a', '']);
  assert.deepEqual(splitList('"a,b'), ['"a,b']);
});

test('more values than the budget are refused', () => {
  const many = Array(129).fill('<sip:a@b>').join(',');
  const isBudget = (error: unknown) => error instanceof SipParseError && error.status === 513;
  assert.throws(() => parseNameAddressList(many), isBudget);
  assert.throws(() => splitList(many), isBudget);
  assert.equal(splitList(many.slice(0, -'<sip:a@b>,'.length)).length, 128);
});

test('malformed addresses are refused', () => {
  const malformed = [
    '',
    'sip:a@b?x=y',
    '"open <sip:a@b>',
    '"a" sip:a@b',
    '< sip:a@b>',
    '<sip:a@b >',
    '<sip:a@b',
    'a, b <sip:a@b>',
    '<sip:a@b>>',
    '<sip:a@b>;',
    '<sip:a@b>;tag=1;TAG=2',
    '<sip:a@b>;=x',
    '<sip:a@b>;x=',
    '<sip:a@b> tag=1',
    '"Bob "Bobby" Ray" <sip:a@b>',
    '"a\x01b" <sip:a@b>',
    'sip:a@b, sip:c@d',
  ];
  for (const text of malformed) assert.throws(() => parseNameAddress(text), SipParseError, text);
});

test('printing quotes the display and keeps the URI in its brackets', () => {
  const address = nameAddress('sip:1001@parley.test', {
    display: 'Zoë "Z" \\',
    parameters: new Map([
      ['tag', 'x'],
      ['t', 'a b'],
    ]),
  });
  assert.equal(printNameAddress(address), '"Zoë \\"Z\\" \\\\" <sip:1001@parley.test>;tag=x;t="a b"');
  assert.deepEqual(parseNameAddress(printNameAddress(address)), address);
  assert.throws(() => printNameAddress({ ...address, uriText: 'sip:a@b>;evil=1' }), Bug);
});

test('parameters alone', () => {
  assert.deepEqual(
    [...parseParameters('a=1;B ; c="x;\\"y"')],
    [
      ['a', '1'],
      ['b', ''],
      ['c', 'x;"y'],
    ],
  );
  assert.deepEqual([...parseParameters('')], []);
  assert.throws(() => parseParameters('a=1 b'), SipParseError);
});
