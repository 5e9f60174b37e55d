import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import {
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  RtpHeader,
  SrtcpSession,
  SrtpSession,
} from 'werift-rtp';
import { SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';
import { SRTCP_ROOM, SRTP_ROOM, type SrtpSuite, SUITES } from './suites.ts';

const SEED = 20_261_301;
const PROFILES = [
  ['AES_CM_128_HMAC_SHA1_80', ProtectionProfileAes128CmHmacSha1_80],
  ['AEAD_AES_128_GCM', ProtectionProfileAeadAes128Gcm],
] as const;

function material(suite: SrtpSuite, random: () => number) {
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  return { key: bytes(SUITES[suite].key), salt: bytes(SUITES[suite].salt), bytes };
}

for (const [suite, profile] of PROFILES) {
  test(`werift-rtp opens what we protect and we open what it protects: ${suite} (seed ${SEED})`, () => {
    const random = seeded(SEED);
    const { key, salt, bytes } = material(suite, random);
    const keys = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt };
    const theirs = new SrtpSession({ keys, profile });
    const sender = new SrtpSender(suite, { key, salt });
    const receiver = new SrtpReceiver(suite, { key, salt });
    // Over the wrap of the sequence number.
    for (let i = 0, sequence = 65_400; i < 300; i++, sequence = (sequence + 1) & 0xffff) {
      const header = new RtpHeader({
        version: 2,
        payloadType: i % 128,
        sequenceNumber: sequence,
        timestamp: i * 160,
        ssrc: 0xdecafbad,
      });
      header.marker = i % 3 === 0;
      header.csrc = Array.from({ length: i % 4 }, (_, n) => n + 7);
      header.csrcLength = header.csrc.length;
      const payload = bytes(1 + Math.floor(random() * 400));
      const plain = Buffer.concat([header.serialize(header.serializeSize), payload]);

      const protectedByThem = theirs.encrypt(payload, header);
      assert.equal(receiver.rtp(protectedByThem), plain.length);
      assert.deepEqual(protectedByThem.subarray(0, plain.length), plain);

      const ours = Buffer.concat([plain, Buffer.alloc(SRTP_ROOM)]);
      const length = sender.rtp(ours, plain.length);
      assert.deepEqual(theirs.decrypt(Buffer.from(ours.subarray(0, length))), plain);
    }
  });

  test(`the same with RTCP: ${suite} (seed ${SEED})`, () => {
    const random = seeded(SEED + 1);
    const { key, salt, bytes } = material(suite, random);
    const keys = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt };
    const theirs = new SrtcpSession({ keys, profile });
    const sender = new SrtpSender(suite, { key, salt });
    const receiver = new SrtpReceiver(suite, { key, salt });
    for (let i = 0; i < 50; i++) {
      const plain = Buffer.concat([Buffer.from('80c90001decafbad', 'hex'), bytes(4 * (1 + Math.floor(random() * 20)))]);
      const protectedByThem = theirs.encrypt(Buffer.from(plain));
      assert.equal(receiver.rtcp(protectedByThem), plain.length);
      assert.deepEqual(protectedByThem.subarray(0, plain.length), plain);
      const ours = Buffer.concat([plain, Buffer.alloc(SRTCP_ROOM)]);
      const length = sender.rtcp(ours, plain.length);
      assert.deepEqual(theirs.decrypt(Buffer.from(ours.subarray(0, length))), plain);
    }
  });
}
