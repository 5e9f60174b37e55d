/** What a datagram on the one port of a session is, told by its first byte (RFC 7983 section 7). */
export type DatagramKind = 'stun' | 'dtls' | 'media' | 'unknown';

/** Nothing but the first byte is looked at. ZRTP, TURN channels and QUIC, which the RFC names as well, are `unknown` here. */
export function kindOf(bytes: Uint8Array): DatagramKind {
  const first = bytes.length > 0 ? bytes[0] : 255;
  if (first >= 128 && first <= 191) return 'media';
  if (first <= 3) return 'stun';
  return first >= 20 && first <= 63 ? 'dtls' : 'unknown';
}
