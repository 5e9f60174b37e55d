import type { Peer } from './peer.ts';
import { hostPort } from './via.ts';

/**
 * The URI by which others reach our end `local` (RFC 3261 8.1.1.8). `secure` asks for a sips URI, as the answer to a sips request
 * must have (12.1.1); it is for TLS and secure WebSocket only. Without it TLS is written `;transport=tls`, which RFC 3261 26.2.2
 * deprecates and which every telephone system writes and reads; a secure WebSocket likewise, for RFC 7118 names only `ws`.
 */
export function contactUri(local: Peer, secure = false): string {
  const where = hostPort(local);
  switch (local.transport) {
    case 'udp':
      return `sip:${where}`;
    case 'tls':
      return secure ? `sips:${where}` : `sip:${where};transport=tls`;
    case 'wss':
      return secure ? `sips:${where};transport=ws` : `sip:${where};transport=wss`;
    default:
      return `sip:${where};transport=${local.transport}`;
  }
}
