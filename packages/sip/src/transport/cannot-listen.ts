import { codeOf, messageOf, ParleyError } from '@parley/base';
import type { Peer } from './peer.ts';
import { hostPort } from './via.ts';

/** What to say of a listen point that could not be opened. */
export function cannotListen(point: Peer, thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  const where = `${point.transport.toUpperCase()} ${hostPort(point)}`;
  const cause = { cause: thrown };
  switch (codeOf(thrown)) {
    case 'EADDRINUSE':
      return new ParleyError(
        'SIP_PORT_IN_USE',
        `SIP cannot listen on ${where}: another program has that port. Stop it, or listen on another port.`,
        cause,
      );
    case 'EADDRNOTAVAIL':
      return new ParleyError(
        'SIP_CANNOT_LISTEN',
        `SIP cannot listen on ${where}: this machine has no such address. Use one of its own, or 0.0.0.0 for all.`,
        cause,
      );
    case 'EACCES':
      return new ParleyError(
        'SIP_CANNOT_LISTEN',
        `SIP cannot listen on ${where}: the system does not allow it. Use a port above 1023.`,
        cause,
      );
    default:
      return new ParleyError('SIP_CANNOT_LISTEN', `SIP cannot listen on ${where}: ${messageOf(thrown)}.`, cause);
  }
}
