import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Bug } from '@parley/base';
import { packetCipher } from './ciphers.ts';
import { GcmMode } from './gcm-mode.ts';
import { HmacSha1 } from './hmac-sha1.ts';
import { deriveBytes, sessionKeys } from './key-derivation.ts';
import { Keystream } from './keystream.ts';
import { PacketPlace } from './packet-cipher.ts';
import { placeRtp } from './packet-head.ts';
import { SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function keystream(key: string, salt: string, length: number): string {
  const bytes = Buffer.alloc(length);
  new Keystream(hex(key), hex(salt), 1).apply(bytes, Object.assign(new PacketPlace(), { end: length }));
  return text(bytes);
}

test('RFC 3711 B.2: the key stream of AES counter mode', () => {
  assert.equal(
    keystream('2b7e151628aed2a6abf7158809cf4f3c', 'f0f1f2f3f4f5f6f7f8f9fafbfcfd', 48),
    'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0',
  );
});

test('RFC 6188 7.1: the same with AES-256', () => {
  assert.equal(
    keystream('57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98', 'f0f1f2f3f4f5f6f7f8f9fafbfcfd', 48),
    '92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac63c4868b7096d88421b563b8c94c9a31',
  );
});

test('RFC 3711 B.3: session keys from a master key', () => {
  const master = { key: hex('e1f97a0d3e018be0d64fa32c06de4139'), salt: hex('0ec675ad498afeebb6960b3aabe6') };
  assert.equal(text(deriveBytes(master, 0, 16)), 'c61e7a93744f39ee10734afe3ff7a087');
  assert.equal(text(deriveBytes(master, 2, 14)), '30cbbc08863d8c85d49db34a9ae1');
  assert.equal(
    text(deriveBytes(master, 1, 94)),
    'cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbce' +
      'e049646c43d9327ad175578ef72270986371c10c9a369ac2f94a8c5fbcdddc25' +
      '6d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2',
  );
  const keys = sessionKeys('AES_CM_128_HMAC_SHA1_80', master, 'rtp');
  assert.deepEqual([keys.cipherKey, keys.authenticationKey, keys.salt].map(text), [
    'c61e7a93744f39ee10734afe3ff7a087',
    'cebe321f6ff7716b6fd4ab49af256a156d38baa4',
    '30cbbc08863d8c85d49db34a9ae1',
  ]);
  const rtcp = sessionKeys('AES_CM_128_HMAC_SHA1_80', master, 'rtcp');
  assert.equal(text(rtcp.cipherKey), '4c1aa45a81f73d61c800bbb00fbb1eaa');
  assert.throws(() => sessionKeys('AEAD_AES_128_GCM', master, 'rtp'), Bug);
});

test('RFC 6188 7.2: session keys from a master key of 256 bits', () => {
  const key = hex('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6');
  const keys = sessionKeys('AES_256_CM_HMAC_SHA1_80', { key, salt: hex('3b04803de51ee7c96423ab5b78d2') }, 'rtp');
  assert.deepEqual([keys.cipherKey, keys.authenticationKey, keys.salt].map(text), [
    '5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4',
    'fd9c32d39ed5fbb5a9dc96b30818454d1313dc05',
    'fa31791685ca444a9e07c6c64e93',
  ]);
});

test('a master salt of 96 bits is filled up with zeros on the right (libsrtp, GCM test keys)', () => {
  const master = { key: hex('000102030405060708090a0b0c0d0e0f'), salt: hex('a0a1a2a3a4a5a6a7a8a9aaab') };
  const keys = sessionKeys('AEAD_AES_128_GCM', master, 'rtp');
  assert.deepEqual([keys.cipherKey, keys.salt].map(text), [
    '077c6143cb221bc355ff23d5f984a16e',
    '9af3e95364ebac9c99c5a7c4',
  ]);
});

test('HMAC-SHA1 is that of RFC 2202, and of Node for every length of a packet', () => {
  const known = new HmacSha1(Buffer.alloc(20, 0x0b));
  known.sign(Buffer.from('Hi There'), 4, Buffer.from('here').readUInt32BE());
  const digest = new Uint8Array(20);
  known.writeTag(digest, 0, 20);
  assert.equal(text(digest), 'b617318655057264e28bc0b6fb378c8ef146be00');
  const key = hex('cebe321f6ff7716b6fd4ab49af256a156d38baa4');
  const ours = new HmacSha1(key);
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 37) & 0xff));
  for (let length = 0; length <= 260; length++) {
    ours.sign(bytes, length, 0xdeadbeef);
    ours.writeTag(digest, 0, 20);
    const word = hex('deadbeef');
    assert.equal(
      text(digest),
      createHmac('sha1', key).update(bytes.subarray(0, length)).update(word).digest('hex'),
      `${length}`,
    );
    assert.ok(ours.isTag(digest, 0, 10));
    assert.ok(!ours.isTag(digest, 1, 10));
  }
});

// The packets that libsrtp's own tests hold against it (test/srtp_driver.c): master keys in, protected packets out.
test('libsrtp: AES_CM_128_HMAC_SHA1_80, RTP and RTCP', () => {
  const master = { key: hex('e1f97a0d3e018be0d64fa32c06de4139'), salt: hex('0ec675ad498afeebb6960b3aabe6') };
  const sender = new SrtpSender('AES_CM_128_HMAC_SHA1_80', master);
  const rtp = Buffer.concat([hex('800f1234decafbadcafebabe'), Buffer.alloc(16, 0xab), Buffer.alloc(16)]);
  const length = sender.rtp(rtp, 28);
  const expected = '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb';
  assert.equal(text(rtp.subarray(0, length)), expected);
  const rtcp = Buffer.concat([hex('81c8000bcafebabe'), Buffer.alloc(16, 0xab), Buffer.alloc(20)]);
  const copy = Buffer.from(rtcp);
  sender.rtcp(copy, 24);
  const second = sender.rtcp(rtcp, 24);
  const expectedRtcp = '81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798';
  assert.equal(text(rtcp.subarray(0, second)), expectedRtcp);
  const receiver = new SrtpReceiver('AES_CM_128_HMAC_SHA1_80', master);
  const came = hex(expected);
  assert.equal(receiver.rtp(came), 28);
  assert.equal(text(came.subarray(0, 28)), `800f1234decafbadcafebabe${'ab'.repeat(16)}`);
  assert.equal(receiver.rtcp(hex(expectedRtcp)), 24);
});

test('libsrtp: AES_256_CM_HMAC_SHA1_80', () => {
  const key = hex('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6');
  const master = { key, salt: hex('3b04803de51ee7c96423ab5b78d2') };
  const rtp = Buffer.concat([hex('800f1234decafbadcafebabe'), Buffer.alloc(16, 0xab), Buffer.alloc(16)]);
  const length = new SrtpSender('AES_256_CM_HMAC_SHA1_80', master).rtp(rtp, 28);
  assert.equal(
    text(rtp.subarray(0, length)),
    '800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b',
  );
});

// RFC 7714 gives session keys, not master keys.
const SALT = hex('517569642070726f2071756f');
const gcm = (bits: 128 | 256, protocol: 'rtp' | 'rtcp') =>
  new GcmMode(
    {
      cipherKey: Uint8Array.from({ length: bits / 8 }, (_, i) => i),
      authenticationKey: new Uint8Array(0),
      salt: SALT,
    },
    protocol,
  );
const RTP_7714 = '8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573';
const SRTP_7714 = {
  128: '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce',
  256: '8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13',
};
const RTCP_7714 =
  '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef';
const SRTCP_7714 = {
  128: '81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4',
  256: '81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4',
};

for (const bits of [128, 256] as const) {
  test(`RFC 7714 16: RTP under AEAD_AES_${bits}_GCM`, () => {
    const bytes = Buffer.concat([hex(RTP_7714), Buffer.alloc(16)]);
    const place = new PacketPlace();
    assert.ok(placeRtp(bytes, 50, place));
    const cipher = gcm(bits, 'rtp');
    assert.equal(text(bytes.subarray(0, cipher.seal(bytes, place))), SRTP_7714[bits]);
    assert.ok(cipher.open(bytes, place));
    assert.equal(text(bytes.subarray(0, 50)), RTP_7714);
  });

  test(`RFC 7714 17: RTCP under AEAD_AES_${bits}_GCM`, () => {
    const bytes = Buffer.concat([hex(RTCP_7714), Buffer.alloc(20)]);
    const place = Object.assign(new PacketPlace(), { ssrc: 0x4d617273, index: 0x5d4, start: 8, end: 52 });
    const cipher = gcm(bits, 'rtcp');
    assert.equal(text(bytes.subarray(0, cipher.seal(bytes, place))), SRTCP_7714[bits]);
    assert.ok(cipher.open(bytes, place));
    assert.equal(text(bytes.subarray(0, 52)), RTCP_7714);
  });
}

test('every suite adds what its RFC says', () => {
  const added = (suite: Parameters<typeof packetCipher>[0], protocol: 'rtp' | 'rtcp', key: number, salt: number) =>
    packetCipher(suite, { key: new Uint8Array(key), salt: new Uint8Array(salt) }, protocol).added;
  assert.equal(added('AES_CM_128_HMAC_SHA1_80', 'rtp', 16, 14), 10);
  assert.equal(added('AES_CM_128_HMAC_SHA1_32', 'rtp', 16, 14), 4);
  assert.equal(added('AES_CM_128_HMAC_SHA1_32', 'rtcp', 16, 14), 14, 'RFC 4568 6.2.2: reports keep 80 bits');
  assert.equal(added('AES_256_CM_HMAC_SHA1_32', 'rtcp', 32, 14), 14);
  assert.equal(added('AEAD_AES_256_GCM', 'rtcp', 32, 12), 20);
});
