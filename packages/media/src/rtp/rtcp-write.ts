import { writeUint32 } from './packet.ts';

/** Longest report that `writeReport` makes, bytes: SR with one block (52), SDES (up to 44), BYE (8). */
export const LONGEST_REPORT = 104;
/** 1900-01-01 to 1970-01-01, seconds: NTP counts from the former. */
const NTP_EPOCH_SECONDS = 2_208_988_800;

/** All that a report says (RFC 3550 section 6.4); one reusable struct a session. */
export class ReportFacts {
  ssrc = 0;
  /** RFC 7022: random per session, so that nobody can follow a machine by it. At most 32 ASCII characters. */
  cname = '';
  /** What we send: with `sending` it is a sender report. */
  sending = false;
  wallMillis = 0;
  timestamp = 0;
  packetsSent = 0;
  bytesSent = 0;
  /** What we hear: a block about it with `hearing`. */
  hearing = false;
  source = 0;
  fractionLost = 0;
  cumulativeLost = 0;
  highestSequence = 0;
  jitter = 0;
  lastSenderReport = 0;
  delaySinceLastSenderReport = 0;
  bye = false;
}

/** Writes SR or RR, SDES with CNAME and, when asked, BYE as one compound datagram to the start of `bytes`; returns its length. */
export function writeReport(facts: Readonly<ReportFacts>, bytes: Uint8Array): number {
  let at = facts.sending ? 28 : 8;
  writeUint32(bytes, 4, facts.ssrc);
  if (facts.sending) writeSenderInfo(facts, bytes);
  if (facts.hearing) at = writeBlock(facts, bytes, at);
  writeHead(bytes, 0, { count: facts.hearing ? 1 : 0, type: facts.sending ? 200 : 201, end: at });
  at = writeDescription(facts, bytes, at);
  if (facts.bye) {
    writeHead(bytes, at, { count: 1, type: 203, end: at + 8 });
    writeUint32(bytes, at + 4, facts.ssrc);
    at += 8;
  }
  return at;
}

function writeHead(bytes: Uint8Array, at: number, head: { count: number; type: number; end: number }): void {
  bytes[at] = 0x80 | head.count;
  bytes[at + 1] = head.type;
  const words = (head.end - at) / 4 - 1;
  bytes[at + 2] = words >>> 8;
  bytes[at + 3] = words;
}

function writeSenderInfo(facts: Readonly<ReportFacts>, bytes: Uint8Array): void {
  const seconds = Math.floor(facts.wallMillis / 1000);
  writeUint32(bytes, 8, seconds + NTP_EPOCH_SECONDS);
  writeUint32(bytes, 12, Math.floor((facts.wallMillis / 1000 - seconds) * 2 ** 32));
  writeUint32(bytes, 16, facts.timestamp);
  writeUint32(bytes, 20, facts.packetsSent);
  writeUint32(bytes, 24, facts.bytesSent);
}

function writeBlock(facts: Readonly<ReportFacts>, bytes: Uint8Array, at: number): number {
  writeUint32(bytes, at, facts.source);
  // 24 bits, signed in the RFC; ours is never negative.
  writeUint32(bytes, at + 4, Math.min(facts.cumulativeLost, 0x7fffff));
  bytes[at + 4] = facts.fractionLost;
  writeUint32(bytes, at + 8, facts.highestSequence);
  writeUint32(bytes, at + 12, facts.jitter);
  writeUint32(bytes, at + 16, facts.lastSenderReport);
  writeUint32(bytes, at + 20, facts.delaySinceLastSenderReport);
  return at + 24;
}

/** Section 6.5: a chunk is SSRC, items, and one to four zero bytes up to a whole word. */
function writeDescription(facts: Readonly<ReportFacts>, bytes: Uint8Array, at: number): number {
  const name = facts.cname;
  writeUint32(bytes, at + 4, facts.ssrc);
  bytes[at + 8] = 1;
  bytes[at + 9] = name.length;
  for (let i = 0; i < name.length; i++) bytes[at + 10 + i] = name.charCodeAt(i);
  let end = at + 10 + name.length;
  do bytes[end++] = 0;
  while ((end - at) % 4 !== 0);
  writeHead(bytes, at, { count: 1, type: 202, end });
  return end;
}

/** The middle 32 bits of the NTP time of a moment: the unit of `lastSenderReport` (section 4), 1/65536 s. */
export function ntpMiddle(wallMillis: number): number {
  const seconds = Math.floor(wallMillis / 1000);
  const fraction = Math.floor((wallMillis / 1000 - seconds) * 65536);
  return (((seconds + NTP_EPOCH_SECONDS) % 65536) * 65536 + fraction) >>> 0;
}
