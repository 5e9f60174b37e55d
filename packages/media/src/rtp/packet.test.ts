import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRtp, RtpPacket, writeRtpHeader } from './packet.ts';

test('a header that is written reads the same, at both ends of every field', () => {
  for (const top of [0, 1]) {
    const packet = new RtpPacket();
    packet.marker = top === 1;
    packet.payloadType = top * 127;
    packet.sequence = top * 0xffff;
    packet.timestamp = top * 0xffffffff;
    packet.ssrc = top * 0xffffffff;
    const bytes = new Uint8Array(172);
    writeRtpHeader(packet, bytes);
    const read = new RtpPacket();
    assert.ok(parseRtp(bytes, read));
    for (const field of ['marker', 'payloadType', 'sequence', 'timestamp', 'ssrc'] as const)
      assert.equal(read[field], packet[field], field);
    assert.deepEqual([read.payloadStart, read.payloadLength], [12, 160]);
  }
});

test('sources, an extension and padding are stepped over', () => {
  // Two sources, an extension of one word, four bytes of payload, two of padding.
  const bytes = Uint8Array.from([
    0xb2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 5, 6, 7, 8, 0, 2,
  ]);
  const packet = new RtpPacket();
  assert.ok(parseRtp(bytes, packet));
  assert.deepEqual([packet.payloadStart, packet.payloadLength], [28, 4]);
});

test('what promises more than it holds is refused', () => {
  const packet = new RtpPacket();
  const header = [0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
  const refused: Record<string, number[]> = {
    empty: [],
    'eleven bytes': header.slice(0, 11),
    'version 1': [0x40, ...header.slice(1)],
    'fifteen sources, none there': [0x8f, ...header.slice(1)],
    'extension without its head': [0x90, ...header.slice(1), 1, 2],
    'extension of 65,535 words': [0x90, ...header.slice(1), 0, 0, 0xff, 0xff],
    'padding of 0': [0xa0, ...header.slice(1), 1, 2, 0],
    'padding beyond the payload': [0xa0, ...header.slice(1), 1, 2, 4],
  };
  for (const [name, bytes] of Object.entries(refused))
    assert.equal(parseRtp(Uint8Array.from(bytes), packet), false, name);
  assert.ok(parseRtp(Uint8Array.from(header), packet), 'a header alone is a packet');
  assert.ok(parseRtp(Uint8Array.from([0xa0, ...header.slice(1), 0, 0, 3]), packet), 'nothing but padding is a packet');
  assert.equal(packet.payloadLength, 0);
});
