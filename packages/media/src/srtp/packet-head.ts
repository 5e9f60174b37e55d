import { RTP_HEADER_BYTES, uint32 } from '../rtp/packet.ts';
import { LONGEST_PACKET, type PacketPlace } from './packet-cipher.ts';

/** The header of an RTCP packet with its source, which is never encrypted (RFC 3711 section 3.4). */
export const RTCP_HEADER_BYTES = 8;

/**
 * Reads source, sequence number (as `index`) and the place of the payload of an RTP packet that ends at `end`. False when it is not RTP, is too long, or its
 * header does not end before `end`.
 */
export function placeRtp(bytes: Uint8Array, end: number, into: PacketPlace): boolean {
  if (end < RTP_HEADER_BYTES || end > LONGEST_PACKET || bytes[0] >> 6 !== 2) return false;
  let start = RTP_HEADER_BYTES + (bytes[0] & 0x0f) * 4;
  if (bytes[0] & 0x10) {
    if (start + 4 > end) return false;
    start += 4 + ((bytes[start + 2] << 8) | bytes[start + 3]) * 4;
  }
  into.ssrc = uint32(bytes, 8);
  into.index = (bytes[2] << 8) | bytes[3];
  into.start = start;
  into.end = end;
  return start <= end;
}

/** The same for a compound RTCP packet; its index is not in its header. */
export function placeRtcp(bytes: Uint8Array, end: number, into: PacketPlace): boolean {
  if (end < RTCP_HEADER_BYTES || end > LONGEST_PACKET || bytes[0] >> 6 !== 2) return false;
  into.ssrc = uint32(bytes, 4);
  into.start = RTCP_HEADER_BYTES;
  into.end = end;
  return true;
}
