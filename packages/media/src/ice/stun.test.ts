import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attributesOf, check, isProved } from '../../test/stun-client.ts';
import { addressBytes } from './address-bytes.ts';
import { kindOf } from './demultiplex.ts';
import { IceLite } from './ice-lite.ts';
import { isIntact, LONGEST_STUN, parseStun, StunRequest } from './stun-request.ts';
import { LONGEST_RESPONSE, writeSuccess } from './stun-response.ts';

/** RFC 5769: all samples have this password; user name `evtj:h6vY`. */
const PASSWORD = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');
const SAMPLE_REQUEST = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36' +
    '000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  'hex',
);
const SAMPLE_IPV4 = Buffer.from(
  '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643' +
    '000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
  'hex',
);
const SAMPLE_IPV6 = Buffer.from(
  '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9' +
    '00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c',
  'hex',
);
const MAPPED = 0x0020;

test('RFC 5769 2.1: the sample request is read, and its proofs are right', () => {
  const request = new StunRequest();
  assert.ok(parseStun(SAMPLE_REQUEST, request));
  const { type, userNameAt, userNameLength, priority, useCandidate, unknownCount } = request;
  assert.equal(SAMPLE_REQUEST.toString('latin1', userNameAt, userNameAt + userNameLength), 'evtj:h6vY');
  assert.deepEqual([type, priority, useCandidate, unknownCount], [1, 0x6e0001ff, false, 0]);
  assert.ok(isIntact(request, PASSWORD));
  assert.ok(!isIntact(request, Buffer.from('VOkJxbRl1RmTxUk/WvJxBu')));
});

test('RFC 5769 2.2 and 2.3: the samples of responses are intact, and ours tell the same address in the same way', () => {
  const request = new StunRequest();
  for (const [sample, address] of [
    [SAMPLE_IPV4, '192.0.2.1'],
    [SAMPLE_IPV6, '2001:db8:1234:5678:11:2233:4455:6677'],
  ] as const) {
    assert.ok(parseStun(sample, request) && isIntact(request, PASSWORD));
    assert.ok(parseStun(SAMPLE_REQUEST, request));
    const into = new Uint8Array(LONGEST_RESPONSE);
    const length = writeSuccess(request, { address, port: 32_853, password: PASSWORD }, into);
    const response = into.subarray(0, length);
    assert.deepEqual(attributesOf(response).get(MAPPED), attributesOf(sample).get(MAPPED));
    assert.deepEqual(response.subarray(4, 20), Uint8Array.from(SAMPLE_REQUEST.subarray(4, 20)));
    assert.ok(isProved(response, PASSWORD.toString()));
  }
});

test('any bit of the sample changed is a request that is not believed', () => {
  const request = new StunRequest();
  for (let bit = 0; bit < SAMPLE_REQUEST.length * 8; bit++) {
    const changed = Uint8Array.from(SAMPLE_REQUEST);
    changed[bit >> 3] ^= 1 << (bit & 7);
    assert.ok(!(parseStun(changed, request) && isIntact(request, PASSWORD)), `bit ${bit}`);
  }
});

test('what stands behind MESSAGE-INTEGRITY counts for nothing', () => {
  const request = new StunRequest();
  const options = { userName: 'a:b', password: 'p' };
  const unproved = [
    [0x0025, new Uint8Array()],
    [0x0006, Buffer.from('c:d')],
    [0x7fff, new Uint8Array(4)],
  ] as const;
  assert.ok(parseStun(check({ ...options, unproved }), request) && isIntact(request, Buffer.from('p')));
  assert.deepEqual([request.useCandidate, request.unknownCount, request.userNameLength], [false, 0, 3]);
  assert.ok(parseStun(check({ ...options, useCandidate: true }), request) && request.useCandidate);
});

test('what is no message, has no fingerprint, or is too much, is not read', () => {
  const request = new StunRequest();
  const options = { userName: 'a:b', password: 'p' };
  const many = (count: number) => Array.from({ length: count }, () => [0x8022, new Uint8Array(4)] as const);
  assert.ok(parseStun(check({ ...options, extra: many(27) }), request));
  for (const bytes of [
    check({ ...options, withoutFingerprint: true }),
    check({ ...options, extra: many(28) }),
    check({ ...options, extra: [[0x8022, new Uint8Array(LONGEST_STUN)]] }),
    check({ ...options, extra: [[0x0024, new Uint8Array(3)]] }),
    check({ ...options, extra: [[0x0025, new Uint8Array(1)]] }),
    check(options).subarray(0, -4),
    Buffer.concat([check(options), new Uint8Array(4)]),
    new Uint8Array(),
    new Uint8Array(20),
  ])
    assert.ok(!parseStun(bytes, request));
});

test('5,000 mutated requests: read or not, never more than was sent is answered', () => {
  const password = 'x'.repeat(24);
  const valid = [
    ...check({ userName: 'ours:theirs', password, useCandidate: true, extra: [[0xc057, new Uint8Array(4)]] }),
  ];
  const change = fc.record({ at: fc.nat(valid.length), remove: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) });
  const remote = { userFragment: 'theirs', password: 'y'.repeat(24) };
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3 }), fc.boolean(), (changes, again) => {
      const ice = new IceLite();
      ice.agree({ local: { userFragment: 'ours', password }, remote });
      const bytes = [...valid];
      for (const { at, remove, insert } of changes) bytes.splice(at, remove, ...insert);
      const given = Uint8Array.from(bytes);
      const isTheSame = Buffer.from(valid).equals(given);
      for (let i = 0; i <= Number(again); i++) {
        const response = ice.request(given, { address: '192.0.2.7', port: 5 }, 0);
        assert.equal(response !== undefined, isTheSame);
        assert.ok(!response || response.length <= given.length);
      }
    }),
    { numRuns: 5000, seed: 8489 },
  );
});

test('addresses become the bytes that their owners know', () => {
  for (const [address, hex] of [
    ['192.0.2.1', 'c0000201'],
    ['::ffff:192.0.2.1', 'c0000201'],
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['2001:db8::', `20010db8${'00'.repeat(12)}`],
    ['fe80::1:2%eth0', `fe80${'00'.repeat(10)}00010002`],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
  ])
    assert.equal(Buffer.from(addressBytes(address)).toString('hex'), hex, address);
});

test('RFC 7983: the first byte tells what a datagram is', () => {
  const kinds = Array.from({ length: 256 }, (_, first) => kindOf(Uint8Array.of(first)));
  const ranges = kinds.flatMap((kind, first) => (kind === kinds[first - 1] ? [] : [`${first} ${kind}`]));
  assert.deepEqual(ranges, ['0 stun', '4 unknown', '20 dtls', '64 unknown', '128 media', '192 unknown']);
  assert.equal(kindOf(new Uint8Array()), 'unknown');
});
