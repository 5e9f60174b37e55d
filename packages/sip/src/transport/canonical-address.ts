import { isIPv6, SocketAddress } from 'node:net';
import { withoutMapping } from './loopback.ts';

/**
 * A host in the one form in which hosts are compared: an IPv6 address as RFC 5952 prints it, an IPv4 address as such however an IPv6
 * socket or a URI wrote it (RFC 4291 section 2.5.5.2), a name in lower case. A zone ("%eth0") is kept: it is a part of where a peer is.
 */
export function canonicalAddress(host: string): string {
  if (!host.includes(':') || !isIPv6(host)) return host.toLowerCase();
  const percent = host.indexOf('%');
  const address = withoutMapping(new SocketAddress({ address: withoutZone(host), family: 'ipv6' }).address);
  return percent < 0 || !address.includes(':') ? address : address + host.slice(percent);
}

/** An address as a message may have it: zones mean nothing to others, and the grammar of RFC 3261 has no place for them (RFC 6874 neither). */
export function withoutZone(address: string): string {
  const percent = address.indexOf('%');
  return percent < 0 ? address : address.slice(0, percent);
}
