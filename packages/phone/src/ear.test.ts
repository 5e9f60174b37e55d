import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chord,
  encodeG711,
  findTones,
  OpusLibrary,
  type SessionSettings,
  SRTP_ROOM,
  type SrtpKey,
  SrtpSender,
} from '@parley/media';
import { Ear } from './ear.ts';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const keyOf = (octet: number): SrtpKey => ({
  key: new Uint8Array(16).fill(octet),
  salt: new Uint8Array(14).fill(octet),
});
const THEIRS = keyOf(1);

const settings: SessionSettings = {
  remote: { address: '127.0.0.1', port: 2 },
  remoteRtcp: { address: '127.0.0.1', port: 3 },
  codec: 'PCMU',
  payloadType: 0,
  direction: 'sendrecv',
  security: { suite: SUITE, local: keyOf(2), remote: THEIRS },
};

/** An ear that has heard a tone of 700 Hz, protected by that key; and what became of the bytes that it was lent. */
function heard(key: SrtpKey, agreed = settings): { samples: Int16Array; lent: boolean } {
  let now = 100;
  const ear = new Ear({ listen: true, startedAt: now, now: () => now, opus: new OpusLibrary() });
  ear.agree(agreed);
  const coded = new Uint8Array(160 * 20);
  encodeG711('PCMU', chord([700], 400), coded);
  const sender = new SrtpSender(SUITE, key);
  let lent = true;
  for (let number = 0; number < 20; number++, now += 20) {
    const packet = Buffer.alloc(172 + SRTP_ROOM);
    packet.writeUInt16BE(0x8000, 0);
    packet.writeUInt16BE(number, 2);
    packet.writeUInt32BE(160 * number, 4);
    packet.writeUInt32BE(7, 8);
    packet.set(coded.subarray(160 * number, 160 * (number + 1)), 12);
    const datagram = packet.subarray(0, sender.rtp(packet, 172));
    const before = Buffer.from(datagram);
    ear.packet(datagram, '127.0.0.1', 2);
    lent &&= datagram.equals(before);
  }
  return { samples: ear.hearing?.view().slice() ?? new Int16Array(0), lent };
}

test('what is encrypted is heard in the clear, and the engine gets it as it came', () => {
  const { samples, lent } = heard(THEIRS);
  assert.deepEqual(
    findTones(samples, 8000, [700, 1500]).map(({ frequencies }) => frequencies),
    [[700]],
  );
  assert.ok(lent);
});

test('who has another key is not heard, not even as noise', () => {
  assert.equal(
    heard(keyOf(9)).samples.some(sample => sample !== 0),
    false,
  );
});

test('a new key counts from the agreement on that brings it', () => {
  const ear = new Ear({ listen: true, startedAt: 0, now: () => 0, opus: new OpusLibrary() });
  ear.agree({ ...settings, security: { suite: SUITE, local: keyOf(2), remote: keyOf(9) } });
  ear.agree(settings);
  const packet = Buffer.alloc(172 + SRTP_ROOM);
  packet.writeUInt16BE(0x8000, 0);
  ear.packet(packet.subarray(0, new SrtpSender(SUITE, THEIRS).rtp(packet, 172)), '127.0.0.1', 2);
  assert.equal(ear.punctuality.packets, 1);
});
