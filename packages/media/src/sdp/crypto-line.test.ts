import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSrtpSuite, SUITES } from '../srtp/suites.ts';
import { type CryptoProblem, printCrypto, readCrypto } from './crypto-line.ts';
import { parseSdp } from './parse.ts';
import { withoutKeys } from './without-keys.ts';

const SEED = 20_261_310;
// The key of the example in RFC 4568 section 9.1.
const KEY = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
const LINE = `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`;

function line(value: string) {
  const reading = readCrypto(value);
  assert.equal(reading.kind, 'usable', value);
  if (reading.kind !== 'usable') throw new Error('unreachable');
  return reading.line;
}

function problem(value: string): CryptoProblem | 'none' {
  const reading = readCrypto(value);
  return reading.kind === 'unusable' ? reading.problem : 'none';
}

test('the lines of the examples in RFC 4568', () => {
  const read = line(`${LINE}|2^20`);
  assert.deepEqual(
    [read.tag, read.suite, read.key.key.length, read.key.salt.length],
    [1, 'AES_CM_128_HMAC_SHA1_80', 16, 14],
  );
  assert.equal(Buffer.concat([read.key.key, read.key.salt]).toString(), Buffer.from(KEY, 'base64').toString());
  assert.equal(problem(`${LINE}|2^20|1:4`), 'several keys or a master key identifier');
  assert.equal(problem(`${LINE}|1:4`), 'several keys or a master key identifier');
  assert.equal(problem(`1 F8_128_HMAC_SHA1_80 inline:${KEY}|2^20|1:4`), 'a suite that is not known');
  assert.equal(problem(`${LINE}|2^20|1:4;inline:${KEY}|2^20|2:4`), 'several keys or a master key identifier');
});

test('what telephones write is read: lower case, tabs, lengths in numbers, no padding', () => {
  line(`1\tAES_CM_128_HMAC_SHA1_32   inline:${KEY}`);
  line(`1 aes_cm_128_hmac_sha1_80 INLINE:${KEY}`);
  line(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|281474976710656`);
  line(`999999999 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^48`);
  const long = Buffer.alloc(46, 7).toString('base64');
  assert.ok(long.endsWith('=='));
  for (const text of [long, long.slice(0, -2)]) {
    const { key } = line(`1 AES_256_CM_HMAC_SHA1_80 inline:${text}`);
    assert.deepEqual([key.key.length, key.salt.length], [32, 14]);
  }
});

test('parameters that would change the packets are refused, those that may be passed over are', () => {
  for (const good of ['WSH=64', '-X', '-MKI=3 WSH=128', '-UNENCRYPTED_SRTP']) line(`${LINE} ${good}`);
  for (const bad of [
    'UNENCRYPTED_SRTP',
    'UNENCRYPTED_SRTCP',
    'UNAUTHENTICATED_SRTP',
    'KDR=1',
    'FEC_ORDER=FEC_SRTP',
    `FEC_KEY=inline:${KEY}`,
    'X',
    'WSH=x',
    'WSH',
  ])
    assert.equal(problem(`${LINE} ${bad}`), 'a session parameter that is not known', bad);
});

test('what is no line, a key of another length, a lifetime that cannot be', () => {
  for (const bad of [
    '',
    '1',
    '1 AES_CM_128_HMAC_SHA1_80',
    `x ${LINE.slice(2)}`,
    `-1 ${LINE.slice(2)}`,
    `1000000000 ${LINE.slice(2)}`,
    `1 AES_CM_128_HMAC_SHA1_80 ${KEY}`,
    `1 AES_CM_128_HMAC_SHA1_80 outline:${KEY}`,
    `${LINE} ${'-X '.repeat(200)}`,
  ])
    assert.equal(problem(bad), 'not a=crypto:<tag> <suite> inline:<key>', bad);
  for (const key of [
    '',
    KEY.slice(1),
    `${KEY}AA`,
    `${KEY}==`.slice(2),
    `${KEY}===`,
    `${KEY.slice(0, -1)}*`,
    `${KEY.slice(0, -1)}-`,
  ])
    assert.equal(problem(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}`), 'a key of the wrong length', key);
  assert.equal(problem(`1 AES_256_CM_HMAC_SHA1_80 inline:${KEY}`), 'a key of the wrong length');
  for (const lifetime of ['0', '', '2^49', '2^', '2^x', 'x', '281474976710657', '2^20|2^20'])
    assert.equal(problem(`${LINE}|${lifetime}`), 'a lifetime out of range', lifetime);
  assert.equal(problem('1 constructor inline:'), 'a suite that is not known');
});

test(`what is printed is read again, for every suite (seed ${SEED})`, () => {
  const suites = fc.constantFrom(...Object.keys(SUITES).filter(isSrtpSuite));
  const lines = suites.chain(suite =>
    fc.record({
      tag: fc.nat(999_999_999),
      suite: fc.constant(suite),
      key: fc.record({
        key: fc.uint8Array({ minLength: SUITES[suite].key, maxLength: SUITES[suite].key }),
        salt: fc.uint8Array({ minLength: SUITES[suite].salt, maxLength: SUITES[suite].salt }),
      }),
    }),
  );
  fc.assert(
    fc.property(lines, made => {
      const { value } = printCrypto(made);
      assert.deepEqual(line(value ?? ''), {
        ...made,
        key: { key: Uint8Array.from(made.key.key), salt: Uint8Array.from(made.key.salt) },
      });
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test(`changed lines are read or refused, never anything else, and never with a key of a wrong length (seed ${SEED})`, () => {
  const seen = { usable: 0, unusable: 0 };
  const change = fc.tuple(
    fc.nat(80),
    fc.nat(3),
    fc.constantFrom('', ' ', '|', ':', ';', '=', '2^31', '-', '1', '\t', '\u0000', 'é', 'inline:', KEY),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(LINE, `${LINE}|2^31`, `${LINE} WSH=64 -X`),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (good, changes) => {
        let text = good;
        for (const [at, cut, put] of changes) text = text.slice(0, at) + put + text.slice(at + cut);
        const reading = readCrypto(text);
        seen[reading.kind] += 1;
        if (reading.kind === 'unusable') return;
        const { suite, key, tag } = reading.line;
        assert.deepEqual([key.key.length, key.salt.length], [SUITES[suite].key, SUITES[suite].salt]);
        assert.ok(Number.isInteger(tag) && tag >= 0);
      },
    ),
    { seed: SEED, numRuns: 5000 },
  );
  assert.ok(seen.usable > 50 && seen.unusable > 1000, JSON.stringify(seen));
});

test('a description without its keys can still be read, and has none', () => {
  const text = [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.1',
    's=-',
    't=0 0',
    'm=audio 6000 RTP/SAVP 0',
    `a=crypto:${LINE}|2^31`,
    `a=crypto:2 AES_CM_128_HMAC_SHA1_32 INLINE:${KEY};inline:${KEY}`,
    'a=ice-pwd:asd88fgpdd777uzjYhagZg',
    '',
  ].join('\r\n');
  const masked = withoutKeys(`INVITE sip:a@b SIP/2.0\r\n\r\n${text}`);
  assert.ok(!masked.includes(KEY.slice(0, 8)) && !masked.includes('asd88'));
  assert.match(masked, /a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\*\*\*\|2\^31\r\n/);
  assert.equal(parseSdp(withoutKeys(text)).media.length, 1);
});
