/**
 * What it costs to protect a packet of 20 ms of G.711 (172 bytes) and to open it again, microseconds: ours and werift-rtp's, in turns in one process.
 *
 *   taskset -c 0 node bench/srtp/packets.ts [--rounds N] [--json]
 *
 * The median of the rounds is told. Both are given what they take (werift a header object and a payload, ours a packet in its buffer), made outside of the time
 * that is measured. werift-rtp checks no replays; ours does.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isSrtpSuite, SRTP_ROOM, SrtpReceiver, SrtpSender, type SrtpSuite, SUITES } from '@parley/media';
import {
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  RtpHeader,
  SrtpSession,
} from 'werift-rtp';
import { quantile } from '../figures.ts';
import { machine } from '../machine.ts';

const PACKETS = 1000;
const WARM_UP_ROUNDS = 20;
const RTP_HEADER_BYTES = 12;
const PAYLOAD_BYTES = 160;
const LENGTH = RTP_HEADER_BYTES + PAYLOAD_BYTES;

/** Microseconds a packet. */
interface Cost {
  readonly protect: number;
  readonly open: number;
}

/** One round: so many packets protected, then opened. */
interface Candidate {
  round(firstSequence: number): Cost;
}

const WERIFT_PROFILES: Partial<Record<SrtpSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: ProtectionProfileAes128CmHmacSha1_80,
  AEAD_AES_128_GCM: ProtectionProfileAeadAes128Gcm,
};

interface Material {
  readonly key: Buffer;
  readonly salt: Buffer;
}

function header(index: number): RtpHeader {
  const sequenceNumber = index & 0xffff;
  return new RtpHeader({
    version: 2,
    payloadType: 0,
    sequenceNumber,
    timestamp: (index * 160) >>> 0,
    ssrc: 0x1234abcd,
  });
}

function timed(work: () => void): number {
  const before = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - before) / 1000 / PACKETS;
}

function ours(suite: SrtpSuite, master: Material): Candidate {
  const sender = new SrtpSender(suite, master);
  const receiver = new SrtpReceiver(suite, master);
  const buffers = Array.from({ length: PACKETS }, () => Buffer.alloc(LENGTH + SRTP_ROOM));
  return {
    round(first) {
      for (const [at, buffer] of buffers.entries()) {
        buffer.set(header(first + at).serialize(RTP_HEADER_BYTES));
        buffer.fill(0xd5, RTP_HEADER_BYTES);
      }
      const lengths = new Int32Array(PACKETS);
      const protect = timed(() => {
        for (let i = 0; i < PACKETS; i++) lengths[i] = sender.rtp(buffers[i], LENGTH);
      });
      const packets = buffers.map((buffer, at) => buffer.subarray(0, lengths[at]));
      const open = timed(() => {
        for (const packet of packets) if (receiver.rtp(packet) !== LENGTH) throw new Error('a packet was not opened');
      });
      return { protect, open };
    },
  };
}

function werift(profile: number, { key, salt }: Material): Candidate {
  const keys = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt };
  const session = new SrtpSession({ keys, profile });
  const payload = Buffer.alloc(PAYLOAD_BYTES, 0xd5);
  return {
    round(first) {
      const headers = Array.from({ length: PACKETS }, (_, at) => header(first + at));
      const packets: Buffer[] = [];
      const protect = timed(() => {
        for (const each of headers) packets.push(session.encrypt(payload, each));
      });
      const open = timed(() => {
        for (const packet of packets)
          if (session.decrypt(packet).length !== LENGTH) throw new Error('a packet was not opened');
      });
      return { protect, open };
    },
  };
}

function measure(candidates: readonly Candidate[], rounds: number): Cost[] {
  const costs = candidates.map(() => ({ protect: [] as number[], open: [] as number[] }));
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++)
    for (const [at, candidate] of candidates.entries()) {
      const cost = candidate.round(round * PACKETS);
      if (round < WARM_UP_ROUNDS) continue;
      costs[at].protect.push(cost.protect);
      costs[at].open.push(cost.open);
    }
  return costs.map(({ protect, open }) => ({ protect: quantile(protect, 0.5), open: quantile(open, 0.5) }));
}

function main(): void {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '60' }, json: { type: 'boolean' } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 10_000) throw new Error('--rounds is a number from 1');
  const rows = Object.keys(SUITES)
    .filter(isSrtpSuite)
    .map(suite => {
      const master = { key: randomBytes(SUITES[suite].key), salt: randomBytes(SUITES[suite].salt) };
      const profile = WERIFT_PROFILES[suite];
      const candidates = [ours(suite, master), ...(profile === undefined ? [] : [werift(profile, master)])];
      const [mine, theirs] = measure(candidates, rounds);
      return { suite, ours: mine, werift: theirs };
    });
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ machine: machine(), packetBytes: LENGTH, rounds, rows })}\n`);
    return;
  }
  const figure = (micros: number | undefined) => (micros === undefined ? '-' : micros.toFixed(2)).padStart(8);
  process.stdout.write(`${'us a packet'.padEnd(26)} protect  werift    open  werift\n`);
  for (const { suite, ours: mine, werift: theirs } of rows)
    process.stdout.write(
      `${suite.padEnd(25)}${figure(mine.protect)}${figure(theirs?.protect)}${figure(mine.open)}${figure(theirs?.open)}\n`,
    );
}

main();
