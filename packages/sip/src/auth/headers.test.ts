import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SipParseError } from '../message/index.ts';
import { parseChallenge, printChallenge } from './challenge.ts';
import { parseCredentials, printCredentials } from './credentials.ts';

const SEED = 20261121;

/** As RFC 8760 section 2.8 shows them, over several lines. */
const CHALLENGE =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf", opaque="FQhe", stale=TRUE';
const CREDENTIALS =
  'Digest username="bob", realm="biloxi.com", nonce="dcd98b71", uri="sip:bob@biloxi.com", qop=auth, nc=0000000a, cnonce="0a4f", response="ABCDEF0123", opaque="5ccc", algorithm=MD5';

test('a challenge is read, and read again as it is printed', () => {
  const challenge = parseChallenge(CHALLENGE);
  assert.deepEqual(challenge, {
    algorithm: 'SHA-256',
    isSession: false,
    realm: 'http-auth@example.org',
    nonce: '7ypf',
    opaque: 'FQhe',
    qops: ['auth', 'auth-int'],
    isStale: true,
  });
  assert.deepEqual(challenge && parseChallenge(printChallenge(challenge)), challenge);
});

test('a challenge of RFC 2069 has no qop, MD5, and quotation marks where others have none', () => {
  const challenge = parseChallenge('digest  Realm="a \\"b\\" c" , NONCE = "n" , algorithm="MD5",foo=bar');
  assert.deepEqual(challenge, {
    algorithm: 'MD5',
    isSession: false,
    realm: 'a "b" c',
    nonce: 'n',
    opaque: undefined,
    qops: [],
    isStale: false,
  });
});

test('challenges that nobody could answer are none', () => {
  for (const text of [
    'Basic realm="x"',
    'Basic dXNlcjpwYXNz',
    'Digest realm="x", nonce="n", algorithm=AKAv2-MD5',
    'Digest realm="x", nonce="n", qop="auth-conf"',
    'Digest realm="x", nonce="n", algorithm=MD5-sess',
  ])
    assert.equal(parseChallenge(text), undefined, text);
});

test('credentials are read, and read again as they are printed', () => {
  const credentials = parseCredentials(CREDENTIALS);
  assert.deepEqual(credentials, {
    algorithm: 'MD5',
    isSession: false,
    user: 'bob',
    realm: 'biloxi.com',
    nonce: 'dcd98b71',
    uri: 'sip:bob@biloxi.com',
    response: 'abcdef0123',
    opaque: '5ccc',
    qop: 'auth',
    cnonce: '0a4f',
    nc: '0000000a',
  });
  assert.deepEqual(credentials && parseCredentials(printCredentials(credentials)), credentials);
  assert.match(credentials ? printCredentials(credentials) : '', /qop=auth, nc=0000000a, cnonce="0a4f"/);
});

const CROOKED: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['only the scheme', 'Digest'],
  ['a parameter twice', `${CREDENTIALS}, NONCE="other"`],
  ['no user', CREDENTIALS.replace('username="bob", ', '')],
  ['no response', CREDENTIALS.replace('response="ABCDEF0123", ', '')],
  ['a response of other letters', CREDENTIALS.replace('ABCDEF', 'UVWXYZ')],
  ['a short count', CREDENTIALS.replace('0000000a', 'a')],
  ['a count of other letters', CREDENTIALS.replace('0000000a', '0000000g')],
  ['a negative count', CREDENTIALS.replace('0000000a', '-0000001')],
  ['a qop that nobody has', CREDENTIALS.replace('qop=auth', 'qop=auth-conf')],
  ['a qop without a count', CREDENTIALS.replace('nc=0000000a, ', '')],
  ['a qop without a client nonce', CREDENTIALS.replace('cnonce="0a4f", ', '')],
  ['a hashed name', `${CREDENTIALS}, userhash=true`],
  ['a quotation mark too few', `${CREDENTIALS}, x="y`],
  ['an escaped NUL', CREDENTIALS.replace('bob"', 'bob\\\0"')],
  ['an escaped control character', CREDENTIALS.replace('bob"', 'bob\\\x0b"')],
  ['no comma', CREDENTIALS.replace(', nonce', ' nonce')],
  ['a comma too many', `${CREDENTIALS},`],
  ['too many parameters', `${CREDENTIALS}${Array.from({ length: 30 }, (_, n) => `, p${n}=1`).join('')}`],
  ['too many characters', CREDENTIALS.replace('bob', 'b'.repeat(5000))],
];

for (const [name, text] of CROOKED) {
  test(`credentials with ${name} are refused`, () => {
    assert.throws(() => parseCredentials(text), SipParseError);
  });
}

test(`4,000 mutated headers (seed ${SEED}) throw nothing but SipParseError, and what is read is printed as it was`, () => {
  const piece = fc.constantFrom(
    '"',
    '\\',
    ',',
    '=',
    ' ',
    '\0',
    '\x7f',
    'é',
    'Digest',
    'qop=',
    'nonce="',
    '='.repeat(50),
    ',,',
  );
  const header = fc
    .tuple(
      fc.constantFrom(CHALLENGE, CREDENTIALS),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), piece), { maxLength: 5 }),
    )
    .map(([text, changes]) =>
      changes.reduce<string>((all, [place, removed, added]) => {
        const at = Math.floor(place * all.length);
        return all.slice(0, at) + added + all.slice(at + removed);
      }, text),
    );
  const reads = <T>(parse: () => T): T | undefined => {
    try {
      return parse();
    } catch (thrown) {
      if (!(thrown instanceof SipParseError)) throw thrown;
      return undefined;
    }
  };
  let understood = 0;
  fc.assert(
    fc.property(header, text => {
      const challenge = reads(() => parseChallenge(text));
      if (challenge) assert.deepEqual(parseChallenge(printChallenge(challenge)), challenge);
      const credentials = reads(() => parseCredentials(text));
      if (credentials) assert.deepEqual(parseCredentials(printCredentials(credentials)), credentials);
      if (challenge || credentials) understood += 1;
    }),
    { seed: SEED, numRuns: 4000 },
  );
  assert.ok(understood > 400, `only ${understood} were understood: the mutations are too wild to test anything`);
});
