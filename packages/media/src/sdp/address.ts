import { isIPv4 } from 'node:net';
import type { Connection } from './description.ts';

/** Why media cannot be sent to an address, in the words and with the code of RFC 3261 20.43; undefined when it can. */
export function addressProblem(connection: Connection | undefined): { code: number; text: string } | undefined {
  if (!connection) return { code: 307, text: 'Session description parameter not understood: no c= line' };
  if (connection.family === 'IP6')
    return { code: 301, text: 'Incompatible network address formats: media over IPv4 only' };
  // A name would have to be looked up, and by whom it was answered would decide where the media goes.
  if (!isIPv4(connection.address))
    return { code: 301, text: 'Incompatible network address formats: an IPv4 address, not a name' };
  const first = Number(connection.address.slice(0, connection.address.indexOf('.')));
  if (first >= 224) return { code: 330, text: 'Multicast not available' };
  return undefined;
}

/** `c=0.0.0.0`: the way RFC 2543 put a call on hold, which RFC 3264 8.4 still wants understood. */
export function isHoldAddress(connection: Connection): boolean {
  return connection.family === 'IP4' && connection.address === '0.0.0.0';
}
