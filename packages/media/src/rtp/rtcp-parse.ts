import { uint32 } from './packet.ts';

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const BYE = 203;
const REPORT_BLOCK_BYTES = 24;
/** More packets than this in one datagram is not a conversation; the rest is not read. */
const MOST_PACKETS = 16;

/** One reusable description of what a compound RTCP datagram says that matters to us. */
export class RtcpFacts {
  /** Some source of the sender left: the first that is named; -1 when none is. */
  bye = false;
  left = -1;
  /** It holds a sender report: the middle 32 bits of its NTP time, to be echoed (0 when it does not). */
  senderReport = 0;
  /** Whose report that is; -1 when there is none. */
  sender = -1;
  /** It holds a report on the source asked for: the fields of that block (RFC 3550 section 6.4.1). */
  reported = false;
  fractionLost = 0;
  /** Packets, 24 bits signed. */
  cumulativeLost = 0;
  /** Extended number of the newest packet that came there. */
  highestSequence = 0;
  /** 1/8 ms. */
  jitter = 0;
  lastSenderReport = 0;
  /** 1/65536 s. */
  delaySinceLastSenderReport = 0;
}

/**
 * Checks and reads a compound RTCP datagram (RFC 3550 appendix A.2): version 2, a report first, lengths that add up. Reads the
 * report block about `ssrc` (our own). False when it is not RTCP; then `into` is worth nothing.
 */
export function parseRtcp(bytes: Uint8Array, ssrc: number, into: RtcpFacts): boolean {
  into.bye = into.reported = false;
  into.senderReport = 0;
  into.left = into.sender = -1;
  const length = bytes.length;
  if (length < 8 || (bytes[1] !== SENDER_REPORT && bytes[1] !== RECEIVER_REPORT) || bytes[0] & 0x20) return false;
  let at = 0;
  for (let packets = 0; at < length && packets < MOST_PACKETS; packets++) {
    if (at + 4 > length || bytes[at] >> 6 !== 2) return false;
    const end = at + 4 + ((bytes[at + 2] << 8) | bytes[at + 3]) * 4;
    if (end > length) return false;
    // Padding is allowed in the last packet of a datagram only.
    if (bytes[at] & 0x20 && end < length) return false;
    if (!readPacket(bytes, at, { end, ssrc, into })) return false;
    at = end;
  }
  return true;
}

function readPacket(bytes: Uint8Array, at: number, goal: { end: number; ssrc: number; into: RtcpFacts }): boolean {
  const type = bytes[at + 1];
  if (type === BYE) {
    goal.into.bye = true;
    // Section 6.6: a count of sources, which may be none.
    if ((bytes[at] & 0x1f) > 0 && at + 8 <= goal.end) goal.into.left = uint32(bytes, at + 4);
  }
  if (type !== SENDER_REPORT && type !== RECEIVER_REPORT) return true;
  const blocks = at + (type === SENDER_REPORT ? 28 : 8);
  const count = bytes[at] & 0x1f;
  if (blocks + count * REPORT_BLOCK_BYTES > goal.end) return false;
  if (type === SENDER_REPORT) {
    goal.into.sender = uint32(bytes, at + 4);
    goal.into.senderReport = uint32(bytes, at + 10);
  }
  for (let block = blocks; block < blocks + count * REPORT_BLOCK_BYTES; block += REPORT_BLOCK_BYTES)
    if (uint32(bytes, block) === goal.ssrc) readBlock(bytes, block, goal.into);
  return true;
}

function readBlock(bytes: Uint8Array, at: number, into: RtcpFacts): void {
  into.reported = true;
  into.fractionLost = bytes[at + 4];
  into.cumulativeLost = (uint32(bytes, at + 4) << 8) >> 8;
  into.highestSequence = uint32(bytes, at + 8);
  into.jitter = uint32(bytes, at + 12);
  into.lastSenderReport = uint32(bytes, at + 16);
  into.delaySinceLastSenderReport = uint32(bytes, at + 20);
}
