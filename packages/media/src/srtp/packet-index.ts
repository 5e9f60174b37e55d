/** RTP indices end here (RFC 3711 section 3.3.1: 32 bits of rollover counter, 16 of sequence number). */
export const RTP_INDICES = 2 ** 48;
/** RTCP indices end here (section 3.4). */
export const RTCP_INDICES = 2 ** 31;

/**
 * The index of a packet from its sequence number: the one nearest to the highest so far (RFC 3711 appendix A).
 * Negative, or `RTP_INDICES` and more, when that is a packet which cannot have been sent.
 */
export function estimateIndex(highest: number, sequence: number): number {
  const rollovers = Math.floor(highest / 65536);
  const last = highest % 65536;
  if (last < 32768) return (sequence - last > 32768 ? rollovers - 1 : rollovers) * 65536 + sequence;
  return (last - 32768 > sequence ? rollovers + 1 : rollovers) * 65536 + sequence;
}
