/** What a phone looks at in an RTP packet (RFC 3550 section 5.1). One is made per call and filled again and again. */
export interface RtpHeader {
  payloadType: number;
  /** 16 bits. */
  sequence: number;
  /** 32 bits, unsigned. */
  timestamp: number;
  ssrc: number;
  /** Where the payload begins and how long it is, bytes. */
  start: number;
  length: number;
}

const FIXED_BYTES = 12;

export function emptyHeader(): RtpHeader {
  return { payloadType: -1, sequence: 0, timestamp: 0, ssrc: 0, start: 0, length: 0 };
}

/**
 * Reads a packet; false when it is no RTP. The phone has a reader of its own on purpose: a witness who shared the server's
 * would share its mistakes.
 */
export function readRtp(bytes: Uint8Array, into: RtpHeader): boolean {
  if (bytes.length < FIXED_BYTES || bytes[0] >> 6 !== 2) return false;
  let start = FIXED_BYTES + 4 * (bytes[0] & 0x0f);
  if (bytes[0] & 0x10) {
    if (bytes.length < start + 4) return false;
    start += 4 + 4 * ((bytes[start + 2] << 8) | bytes[start + 3]);
  }
  const padding = bytes[0] & 0x20 ? bytes[bytes.length - 1] : 0;
  const length = bytes.length - start - padding;
  if (length < 0) return false;
  into.payloadType = bytes[1] & 0x7f;
  into.sequence = (bytes[2] << 8) | bytes[3];
  into.timestamp = word(bytes, 4);
  into.ssrc = word(bytes, 8);
  into.start = start;
  into.length = length;
  return true;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
