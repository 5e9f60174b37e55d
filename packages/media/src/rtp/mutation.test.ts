import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { rtp } from '../../test/lab.ts';
import { KeyReceiver } from '../dtmf/key-receiver.ts';
import { JitterBuffer, LONGEST_PAYLOAD } from './jitter-buffer.ts';
import { parseRtp, RtpPacket } from './packet.ts';
import { parseRtcp, RtcpFacts } from './rtcp-parse.ts';
import { LONGEST_REPORT, ReportFacts, writeReport } from './rtcp-write.ts';
import { SequenceTracker } from './sequence-tracker.ts';

const SEED = 20_260_105;
const INPUTS = 5000;

/** Flips, cuts, lengthens and overwrites bytes. */
function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  let result = Uint8Array.from(bytes);
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const kind = below(4);
    if (kind === 0 && result.length > 0) result[below(result.length)] ^= 1 << below(8);
    else if (kind === 1) result = result.slice(0, below(result.length + 1));
    else if (kind === 2) result = Uint8Array.from([...result, ...Array.from({ length: below(40) }, () => below(256))]);
    else for (let i = 0; i < Math.min(12, result.length); i++) if (random() < 0.3) result[i] = below(256);
  }
  return result;
}

test(`${INPUTS} mutated RTP packets (seed ${SEED}): no exception, no byte outside the datagram, bounded release`, () => {
  const random = seeded(SEED);
  let now = 0;
  let released = 0;
  const buffer = new JitterBuffer(
    {
      audio: (bytes, offset, length) => {
        assert.ok(length > 0 && length <= 160 && offset >= 0 && offset + length <= bytes.length);
        released += length;
      },
      gap: samples => assert.ok(samples > 0 && samples <= now * 8 + 8000),
    },
    0,
  );
  const tracker = new SequenceTracker();
  const keys = new KeyReceiver();
  const packet = new RtpPacket();
  let pushed = 0;
  for (let i = 0; i < INPUTS; i++) {
    now += 20;
    const seed = rtp(new Uint8Array(160), { sequence: i, timestamp: i * 160, payloadType: i % 3 === 0 ? 101 : 0 });
    const bytes = mutated(seed, random);
    if (!parseRtp(bytes, packet)) continue;
    assert.ok(packet.payloadStart + packet.payloadLength <= bytes.length && packet.payloadLength >= 0);
    packet.arrival = now;
    packet.extended = tracker.update(packet.sequence);
    keys.packet(packet);
    if (packet.extended < 0 || packet.payloadLength > LONGEST_PAYLOAD) continue;
    pushed += packet.payloadLength;
    buffer.push(packet);
    buffer.elapse(now);
  }
  buffer.flush();
  assert.ok(released > 0 && released <= pushed);
});

test(`${INPUTS} mutated RTCP datagrams (seed ${SEED}): no exception`, () => {
  const random = seeded(SEED);
  const facts = Object.assign(new ReportFacts(), {
    cname: 'abcdefgh',
    sending: true,
    hearing: true,
    source: 5,
    bye: true,
  });
  const bytes = new Uint8Array(LONGEST_REPORT);
  const good = bytes.slice(0, writeReport(facts, bytes));
  let read = 0;
  for (let i = 0; i < INPUTS; i++) if (parseRtcp(mutated(good, random), 5, new RtcpFacts())) read += 1;
  assert.ok(read > 0 && read < INPUTS, `${read} were still RTCP`);
});
