import { isIP } from 'node:net';
import { parseSdp, SdpError } from '@parley/media';
import type { Body, Peer } from '@parley/sip';

const SIX = Buffer.from('IN IP6');

/** The address family that the other side's media are in: what its offer says, or without one how it called us. */
export function mediaFamily(offer: Body | undefined, source: Peer): 4 | 6 {
  if (!offer) return isIP(source.address) === 6 ? 6 : 4;
  // Nearly every offer is of IPv4 throughout: it need not be read twice.
  if (!Buffer.from(offer.content.buffer, offer.content.byteOffset, offer.content.length).includes(SIX)) return 4;
  try {
    const { connection, media } = parseSdp(offer.content);
    const audio = media.find(each => each.media === 'audio' && each.port > 0) ?? media[0];
    return (audio?.connection ?? connection)?.family === 'IP6' ? 6 : 4;
  } catch (error) {
    // The negotiation says what is wrong with it.
    if (error instanceof SdpError) return 4;
    throw error;
  }
}
