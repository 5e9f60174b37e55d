import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedAlgorithm } from './algorithm.ts';
import { type DigestInput, ha1Of, responseOf } from './digest.ts';

interface Vector {
  readonly from: string;
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly input: Omit<DigestInput, 'ha1'>;
  readonly response: string;
}

const EMPTY = new Uint8Array();
const MUFASA = { user: 'Mufasa', realm: 'http-auth@example.org', password: 'Circle of Life' };
const BOB = { user: 'bob', realm: 'biloxi.com', password: 'zanzibar' };
const rfc7616 = {
  isSession: false,
  method: 'GET',
  uri: '/dir/index.html',
  body: EMPTY,
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  nc: '00000001',
  qop: 'auth',
} as const;
const invite = {
  isSession: false,
  method: 'INVITE',
  uri: 'sip:bob@biloxi.com',
  body: EMPTY,
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  cnonce: '0a4f113b',
  nc: '00000001',
  qop: 'auth',
} as const;
const withBody = { ...invite, body: Buffer.from('v=0\r\n'), qop: 'auth-int' } as const;

const VECTORS: readonly Vector[] = [
  {
    from: 'RFC 7616 3.9.1, MD5',
    ...MUFASA,
    input: { ...rfc7616, algorithm: 'MD5' },
    response: '8ca523f5e9506fed4657c9700eebdbec',
  },
  {
    from: 'RFC 7616 3.9.1, SHA-256',
    ...MUFASA,
    input: { ...rfc7616, algorithm: 'SHA-256' },
    response: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  },
  {
    from: 'RFC 7616 3.9.2 as corrected by erratum 4897, SHA-512-256 and UTF-8',
    user: 'Jäsøn Doe',
    realm: 'api@example.org',
    password: 'Secret, or not?',
    input: {
      ...rfc7616,
      algorithm: 'SHA-512-256',
      uri: '/doe.json',
      nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
      cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
    },
    response: '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
  },
  {
    from: 'draft-smith-sipping-auth-examples 3.1, without qop (RFC 2069)',
    ...BOB,
    input: { ...invite, algorithm: 'MD5', qop: undefined, cnonce: '', nc: '' },
    response: 'bf57e4e0d0bffc0fbaedce64d59add5e',
  },
  {
    from: 'draft-smith-sipping-auth-examples 3.2',
    ...BOB,
    input: { ...invite, algorithm: 'MD5' },
    response: '89eb0059246c02b2f6ee02c7961d5ea3',
  },
  {
    from: 'Python hashlib, auth-int',
    ...BOB,
    input: { ...withBody, algorithm: 'MD5' },
    response: '77226bb823dc077c1ad3537415667bae',
  },
  {
    from: 'Python hashlib, auth-int with MD5-sess',
    ...BOB,
    input: { ...withBody, algorithm: 'MD5', isSession: true },
    response: '8527c9ab1b4eed3fd75491f811944e26',
  },
  {
    from: 'Python hashlib, auth-int with SHA-256-sess',
    ...BOB,
    input: { ...withBody, algorithm: 'SHA-256', isSession: true },
    response: '0b4a1efc19e1b701ec5775b6b16dde0fc416102e34a6c5bd6f957b20b5d79170',
  },
  {
    from: 'Python hashlib, auth-int with SHA-512-256-sess',
    ...BOB,
    input: { ...withBody, algorithm: 'SHA-512-256', isSession: true },
    response: '0220683d8c9faccc1d05bd2ef0e7ccdff87eacd5f06fb6bfd9cd7d3acf66a00b',
  },
];

for (const { from, user, realm, password, input, response } of VECTORS) {
  test(`the response of ${from}`, () => {
    assert.equal(responseOf({ ...input, ha1: ha1Of(input.algorithm, user, { realm, password }) }), response);
  });
}

test('algorithms are read in any case; nothing means MD5; what is unknown is not guessed', () => {
  assert.deepEqual(namedAlgorithm(undefined), { algorithm: 'MD5', isSession: false });
  assert.deepEqual(namedAlgorithm('sha-512-256-SESS'), { algorithm: 'SHA-512-256', isSession: true });
  for (const name of ['', 'SHA', 'SHA-1', 'SHA-512', 'SHA-256-sess-sess', 'AKAv1-MD5'])
    assert.equal(namedAlgorithm(name), undefined, name);
});
