import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseReferTo, printReferTo, printUri, SipParseError } from './index.ts';

test('Refer-To of RFC 3515 section 2.1: a URI, perhaps a method, perhaps headers', () => {
  const plain = parseReferTo('sip:alice@atlanta.example.com');
  assert.deepEqual(
    [printUri(plain.uri), plain.method, plain.replaces],
    ['sip:alice@atlanta.example.com', 'INVITE', undefined],
  );
  const subscribe = parseReferTo('<sip:carol@cleveland.example.org;method=SUBSCRIBE;x=y>');
  assert.deepEqual([printUri(subscribe.uri), subscribe.method], ['sip:carol@cleveland.example.org;x=y', 'SUBSCRIBE']);
  const replaced = parseReferTo(
    '<sip:bob@biloxi.example.net?Accept-Contact=sip:bobsdesk.biloxi.example.net&Call-ID=55432%40alicepc.atlanta.example.com>',
  );
  assert.deepEqual([...replaced.headers], [['accept-contact', 'sip:bobsdesk.biloxi.example.net']]);
  assert.deepEqual(replaced.ignored, ['call-id']);
});

test('the Refer-To of an attended transfer', () => {
  // RFC 3515 section 2.1's form of it, as other systems write it.
  const parsed = parseReferTo(
    '<sips:a8342043f@atlanta.example.com?Replaces=12345601%40atlanta.example.com%3Bfrom-tag%3D314159%3Bto-tag%3D1234567>',
  );
  assert.deepEqual(parsed.replaces, {
    callId: '12345601@atlanta.example.com',
    toTag: '1234567',
    fromTag: '314159',
    earlyOnly: false,
  });
  assert.equal(printUri(parsed.uri), 'sips:a8342043f@atlanta.example.com');
  assert.deepEqual([parsed.headers.size, parsed.ignored], [0, []]);
});

test('headers that could forge a request are left out, and named', () => {
  const names = ['From', 'Via', 'Call-ID', 'CSeq', 'Route', 'Contact', 'P-Asserted-Identity'];
  const { headers, ignored } = parseReferTo(`<sip:a@b?Subject=x&${names.map(name => `${name}=y`).join('&')}>`);
  assert.deepEqual([...headers.keys()], ['subject']);
  assert.deepEqual(
    ignored,
    names.map(name => name.toLowerCase()),
  );
});

for (const [name, text, status] of [
  ['another scheme', '<http://example.org>', 416],
  ['mailto', '<mailto:a@b>', 416],
  ['nothing', '', 400],
  ['a line break in a header', '<sip:a@b?Subject=a%0d%0ab>', 400],
  ['a NUL in a header', '<sip:a@b?Subject=%00>', 400],
  ['a line break in the name of a header', '<sip:a@b?Sub%0aject=a>', 400],
  ['nine headers', `<sip:a@b?${Array.from({ length: 9 }, (_, at) => `X-${at}=1`).join('&')}>`, 400],
  ['headers of any length', `<sip:a@b?Subject=${'x'.repeat(2048)}>`, 400],
  ['a method that is none', '<sip:a@b;method=a%20b>', 400],
  ['a method of any length', `<sip:a@b;method=${'X'.repeat(33)}>`, 400],
  ['two Replaces', '<sip:a@b?Replaces=a;to-tag=b;from-tag=c&Replaces=d;to-tag=e;from-tag=f>', 400],
] as const) {
  test(`Refer-To with ${name} is refused with ${status}`, () => {
    assert.throws(
      () => parseReferTo(text),
      (error: unknown) => error instanceof SipParseError && error.status === status,
    );
  });
}

test('what is printed is read again, whatever the tags and Call-IDs', () => {
  const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~'), minLength: 1, maxLength: 20 });
  const callId = fc.string({ unit: fc.constantFrom(...'abc019@.-:[]/?"{}<>()'), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(callId, token, token, (id, toTag, fromTag) => {
      const replaces = { callId: id, toTag, fromTag, earlyOnly: false };
      assert.deepEqual(
        parseReferTo(printReferTo('sip:x@[::1]:5062;lr', { replaces, method: 'INVITE' })).replaces,
        replaces,
      );
    }),
    { seed: 3515, numRuns: 500 },
  );
});

test('hostile values are refused with SipParseError, or read into headers without control characters', () => {
  const piece = fc.constantFrom(
    'sip:',
    'sips:',
    'tel:',
    '<',
    '>',
    '?',
    '&',
    '=',
    ';method=',
    'Replaces=',
    'a',
    '@',
    '%0d',
    '%0a',
    '%00',
    '%3B',
    'to-tag',
    '"',
    '\\',
    '\u00e9',
    ',',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 24 }), pieces => {
      try {
        const { headers, uri } = parseReferTo(`<sip:a@b${pieces.join('')}`);
        assert.match(uri.scheme, /^(sip|sips|tel)$/);
        for (const value of headers.values())
          assert.ok([...value].every(character => character >= ' ' && character !== '\x7f'));
      } catch (thrown) {
        if (!(thrown instanceof SipParseError)) throw thrown;
      }
    }),
    { seed: 4488, numRuns: 3000 },
  );
});

test('only what can be referred to is printed', () => {
  assert.equal(printReferTo('tel:+12015550123'), '<tel:+12015550123>');
  assert.equal(printReferTo('sip:a@b', { method: 'BYE' }), '<sip:a@b;method=BYE>');
  for (const [target, parts] of [
    ['http://a', {}],
    ['nonsense', {}],
    ['tel:+1', { method: 'BYE' }],
  ] as const)
    assert.throws(() => printReferTo(target, parts), SipParseError);
});
