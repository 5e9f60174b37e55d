import type { Peer } from './peer.ts';

type Way = Pick<Peer, 'transport'>;

/** Whether what goes this way is encrypted, as far as to the next hop. */
export const isSecure = ({ transport }: Way): boolean => transport === 'tls' || transport === 'wss';

/** Whether `way` protects no less than `other` does: what is said by TLS is neither sent nor believed in clear (RFC 3261 26.3.2, RFC 5630). */
export const isAsSafe = (way: Way, other: Way): boolean => isSecure(way) || !isSecure(other);
