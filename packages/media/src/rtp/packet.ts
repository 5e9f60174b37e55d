/**
 * The fixed header of an RTP packet (RFC 3550 section 5.1), read and written in place:
 *
 *     0                   1                   2                   3
 *     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *     |                           timestamp                           |
 *     |           synchronization source (SSRC) identifier            |
 *     |       contributing sources (0..15) · extension · payload      |
 */
export const RTP_HEADER_BYTES = 12;

const NOTHING = new Uint8Array(0);

/** One reusable description of a packet: `parseRtp` fills it, nothing is allocated for a packet. */
export class RtpPacket {
  marker = false;
  payloadType = 0;
  /** 16 bits as they came. */
  sequence = 0;
  /** The number without its wrap, as `SequenceTracker` says. */
  extended = 0;
  /** 32 bits, unsigned. */
  timestamp = 0;
  ssrc = 0;
  /** When it came, milliseconds on a clock that does not jump. */
  arrival = 0;
  /** The datagram; belongs to the socket and is only lent while the packet is being handled. */
  bytes: Uint8Array = NOTHING;
  /** Where the payload begins in it, and how long it is (padding excluded). */
  payloadStart = 0;
  payloadLength = 0;
}

/**
 * Reads a datagram into `into`. False when it is not RTP version 2 or does not hold what its own lengths promise; then `into` is worth nothing.
 * @param length bytes that count: of a packet that was opened in place, those without the tag.
 */
export function parseRtp(bytes: Uint8Array, into: RtpPacket, length = bytes.length): boolean {
  if (length < RTP_HEADER_BYTES || bytes[0] >> 6 !== 2) return false;
  let start = RTP_HEADER_BYTES + (bytes[0] & 0x0f) * 4;
  if (bytes[0] & 0x10) {
    // Section 5.3.1: 16 bits for the profile, 16 bits for the number of 32-bit words that follow.
    if (start + 4 > length) return false;
    start += 4 + ((bytes[start + 2] << 8) | bytes[start + 3]) * 4;
  }
  let end = length;
  if (bytes[0] & 0x20) {
    // The last byte counts the padding, itself included.
    const padding = bytes[length - 1];
    if (padding === 0) return false;
    end -= padding;
  }
  if (start > end) return false;
  into.bytes = bytes;
  into.marker = bytes[1] >= 0x80;
  into.payloadType = bytes[1] & 0x7f;
  into.sequence = (bytes[2] << 8) | bytes[3];
  into.timestamp = uint32(bytes, 4);
  into.ssrc = uint32(bytes, 8);
  into.payloadStart = start;
  into.payloadLength = end - start;
  return true;
}

/** Writes the 12 bytes of a header without sources, extension or padding to the start of `bytes`. */
export function writeRtpHeader(packet: Readonly<RtpPacket>, bytes: Uint8Array): void {
  bytes[0] = 0x80;
  bytes[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
  bytes[2] = packet.sequence >>> 8;
  bytes[3] = packet.sequence;
  writeUint32(bytes, 4, packet.timestamp);
  writeUint32(bytes, 8, packet.ssrc);
}

/** 32 bits in network order. */
export function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** Writes 32 bits in network order. */
export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
