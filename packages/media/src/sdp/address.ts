import { isIPv4, isIPv6 } from 'node:net';
import type { Connection } from './description.ts';
import type { Objection } from './objection.ts';

/** The family of one of our own addresses, as `c=` names it. */
export function familyOf(address: string): Connection['family'] {
  return isIPv6(address) ? 'IP6' : 'IP4';
}

/**
 * Why media cannot be sent to an address, in the words and with the code of RFC 3261 20.43; undefined when it can.
 * @param own the address that we send from: the two families do not reach each other.
 */
export function addressProblem(connection: Connection | undefined, own: string): Objection | undefined {
  if (!connection) return { code: 307, text: 'Session description parameter not understood: no c= line' };
  const version = familyOf(own) === 'IP6' ? 'IPv6' : 'IPv4';
  if (connection.family !== familyOf(own))
    return { code: 301, text: `Incompatible network address formats: media over ${version} only` };
  // A name would have to be looked up, and by whom it was answered would decide where the media goes.
  if (!(version === 'IPv6' ? isGlobalForm(connection.address) : isIPv4(connection.address)))
    return { code: 301, text: `Incompatible network address formats: an ${version} address, not a name` };
  if (isMulticast(connection.address)) return { code: 330, text: 'Multicast not available' };
  return undefined;
}

/** `c=0.0.0.0`: the way RFC 2543 put a call on hold, which RFC 3264 8.4 still wants understood; and its like in IPv6. */
export function isHoldAddress({ family, address }: Connection): boolean {
  return family === 'IP4' ? address === '0.0.0.0' : /^[0:]+$/.test(address) && isIPv6(address);
}

/** An IPv6 address as such: a zone (`%eth0`) means something on the other side's machine only, and `::ffff:192.0.2.1` is an IPv4 address. */
function isGlobalForm(address: string): boolean {
  return isIPv6(address) && !address.includes('%') && !address.includes('.');
}

/** 224.0.0.0 and above, broadcast included; ff00::/8. */
function isMulticast(address: string): boolean {
  if (isIPv4(address)) return Number(address.slice(0, address.indexOf('.'))) >= 224;
  return address.slice(0, 2).toLowerCase() === 'ff' && address.indexOf(':') === 4;
}
