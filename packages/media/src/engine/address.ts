import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Endpoint } from './packet-socket.ts';

/**
 * An endpoint from SDP as the system will spell it when packets come from there, so that texts can be compared. Undefined when nothing can be sent
 * there: a host name, port 0, or the unspecified address by which old phones hold a call (RFC 3264 section 8.4).
 * @param local the address that our sockets are bound to.
 */
export function reachable(endpoint: Endpoint, local: string): Endpoint | undefined {
  const { address, port } = endpoint;
  if (!(port >= 1 && port <= 65535)) return undefined;
  if (isIPv4(address)) {
    if (address === '0.0.0.0') return undefined;
    return { address: isIPv6(local) ? `::ffff:${address}` : address, port };
  }
  if (!isIPv6(address) || !isIPv6(local)) return undefined;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  return canonical === '::' ? undefined : { address: canonical, port };
}
