import { isIP } from 'node:net';
import type { MediaSession } from '@parley/media';
import type { LocalAddress } from '@parley/sip';

/** Our addresses, as they are seen by others. */
export interface OwnAddresses {
  /** What SDP calls us towards a peer, when media is bound to all addresses or the server is behind NAT. */
  readonly localAddress: Pick<LocalAddress, 'towards'>;
  /** The same for media over IPv6. */
  readonly localAddress6: Pick<LocalAddress, 'towards'>;
}

/** Somebody far away, by family (RFC 5737, RFC 3849). */
const ANYBODY = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;

/** What SDP calls our end of the media towards somebody: the same family as the signalling, or any address of ours of the other one. */
export function mediaAddress(own: OwnAddresses, { address, port }: MediaSession, far: string): string {
  const { localAddress, localAddress6 } = own;
  const local = isIP(address) === 6 ? localAddress6 : localAddress;
  const towards = isIP(far) === isIP(address) ? far : ANYBODY[isIP(address) === 6 ? 6 : 4];
  const bound = { transport: 'udp', address, port } as const;
  return local.towards({ ...bound, address: towards }, bound).address;
}
