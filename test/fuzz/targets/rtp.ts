import assert from 'node:assert/strict';
import { KeyReceiver } from '../../../packages/media/src/dtmf/key-receiver.ts';
import { JitterBuffer, LONGEST_PAYLOAD } from '../../../packages/media/src/rtp/jitter-buffer.ts';
import { parseRtp, RTP_HEADER_BYTES, RtpPacket, writeRtpHeader } from '../../../packages/media/src/rtp/packet.ts';
import { parseRtcp, RtcpFacts } from '../../../packages/media/src/rtp/rtcp-parse.ts';
import { LONGEST_REPORT, ReportFacts, writeReport } from '../../../packages/media/src/rtp/rtcp-write.ts';
import { SequenceTracker } from '../../../packages/media/src/rtp/sequence-tracker.ts';
import type { FuzzTarget } from '../target.ts';

const KEYS = 101;
/** No function on the way of a packet may throw, whatever the packet. */
const declared = () => false;

function packet(sequence: number, payloadType: number, payload: Uint8Array): Buffer {
  const header = new RtpPacket();
  Object.assign(header, { sequence, timestamp: sequence * 160, payloadType, ssrc: 7 });
  const bytes = Buffer.alloc(RTP_HEADER_BYTES + payload.length);
  writeRtpHeader(header, bytes);
  bytes.set(payload, RTP_HEADER_BYTES);
  return bytes;
}

/** Several datagrams in one input: each behind an octet for the milliseconds before it and one for its length. */
const joined = (...datagrams: readonly Uint8Array[]) =>
  Buffer.concat(datagrams.flatMap(datagram => [Buffer.from([20, datagram.length]), datagram]));

function* datagramsOf(bytes: Uint8Array): Generator<{ readonly after: number; readonly datagram: Uint8Array }> {
  for (let at = 0; at + 2 <= bytes.length; at += 2 + bytes[at + 1])
    yield { after: bytes[at], datagram: bytes.subarray(at + 2, at + 2 + bytes[at + 1]) };
}

const voice = (sequence: number) => packet(sequence, 0, new Uint8Array(160).fill(sequence));
const key = (sequence: number, duration: number, end = false) =>
  packet(sequence, KEYS, Uint8Array.from([5, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff]));

export const rtp: FuzzTarget = {
  name: 'rtp',
  seeds: [
    joined(voice(1), voice(2), voice(3)),
    joined(voice(65_535), voice(0), voice(2), voice(1)),
    joined(voice(1), key(2, 160), key(3, 320), key(4, 480, true), voice(5)),
    joined(Buffer.concat([Buffer.from([0xb1, 0x80]), voice(9).subarray(2), Buffer.from([0, 0, 0, 4])])),
  ],
  longest: 2048,
  declared,
  run(bytes) {
    let [now, pushed, released] = [0, 0, 0];
    const buffer = new JitterBuffer(
      {
        audio: (audio, offset, length) => {
          assert.ok(length > 0 && length <= 160 && offset >= 0 && offset + length <= audio.length);
          released += length;
        },
        gap: samples => assert.ok(Number.isFinite(samples) && samples > 0, `a gap of ${samples} samples`),
      },
      0,
    );
    const tracker = new SequenceTracker();
    const keys = new KeyReceiver();
    const parsed = new RtpPacket();
    for (const { after, datagram } of datagramsOf(bytes)) {
      now += after;
      buffer.elapse(now);
      if (!parseRtp(datagram, parsed)) continue;
      assert.ok(parsed.payloadStart + parsed.payloadLength <= datagram.length && parsed.payloadLength >= 0);
      parsed.arrival = now;
      parsed.extended = tracker.update(parsed.sequence);
      if (parsed.payloadType === KEYS) {
        keys.packet(parsed);
        parsed.payloadLength = 0;
      }
      if (parsed.extended < 0 || parsed.payloadLength > LONGEST_PAYLOAD) continue;
      pushed += parsed.payloadLength;
      buffer.push(parsed);
    }
    buffer.flush();
    assert.ok(released <= pushed, `${released} octets came out of ${pushed}`);
  },
};

export const telephoneEvent: FuzzTarget = {
  name: 'telephone-event',
  seeds: [
    joined(key(1, 160), key(2, 320), key(3, 480, true), key(4, 480, true)),
    joined(key(1, 65_535), key(9, 800, true)),
  ],
  longest: 512,
  declared,
  run(bytes) {
    const keys = new KeyReceiver();
    const parsed = new RtpPacket();
    for (const { datagram } of datagramsOf(bytes)) {
      if (!parseRtp(datagram, parsed)) continue;
      const pressed = keys.packet(parsed);
      assert.ok(pressed === undefined || /^[0-9*#A-D]$/.test(pressed), `"${pressed}" is no key`);
    }
  },
};

const report = Object.assign(new ReportFacts(), {
  cname: 'abcdefgh',
  sending: true,
  hearing: true,
  source: 5,
  bye: true,
});
const written = new Uint8Array(LONGEST_REPORT);
const REPORT = written.slice(0, writeReport(report, written));

export const rtcp: FuzzTarget = {
  name: 'rtcp',
  seeds: [REPORT],
  longest: 1500,
  declared,
  run(bytes) {
    parseRtcp(bytes, 5, new RtcpFacts());
  },
};
