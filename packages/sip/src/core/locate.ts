import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { Uri } from '../message/grammar.ts';
import type { Peer } from '../transport/peer.ts';
import { DEFAULT_PORT } from '../transport/via.ts';

/** A peer, or why there is none. */
export type Located = Peer | Error;

/**
 * Where a request to a URI goes (RFC 3261 8.1.2), at once for a literal address, after one look-up of the host's address otherwise
 * (SRV and NAPTR of RFC 3263 are not asked). UDP unless the URI says TCP.
 */
export function locate(uri: Uri, found: (located: Located) => void): void {
  if (uri.scheme !== 'sip') {
    found(new Error(`a ${uri.scheme} URI has no address to send to`));
    return;
  }
  const transport = (uri.parameters.get('transport') ?? 'udp').toLowerCase();
  if (transport !== 'udp' && transport !== 'tcp') {
    found(new Error('the transport is neither UDP nor TCP'));
    return;
  }
  const port = uri.port ?? DEFAULT_PORT;
  const host = uri.parameters.get('maddr') || uri.host;
  if (isIP(host)) {
    found({ transport, address: host, port });
    return;
  }
  lookup(host, (error, address) => found(error ?? { transport, address, port }));
}
