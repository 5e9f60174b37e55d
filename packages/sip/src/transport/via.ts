import type { Via } from '../message/grammar.ts';
import { replaceTopVia } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';
import type { Peer } from './peer.ts';

/** The port of a URI or Via without one. */
export const DEFAULT_PORT = 5060;

/** "host:port", an IPv6 address in brackets. */
export const hostPort = ({ address, port }: Peer): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** The Via of a request that we send; `rport` asks for the answer to come back the way the request went (RFC 3581). */
export function viaText(local: Peer, branch: string): string {
  return `SIP/2.0/${local.transport.toUpperCase()} ${hostPort(local)};branch=${branch};rport`;
}

/**
 * A request that has arrived, with `received` (RFC 3261 18.2.1) and the value of `rport` (RFC 3581) in its top Via; what the
 * sender wrote there himself is thrown away. Throws `SipParseError` when the Via cannot be read.
 */
export function stamped(request: SipRequest, source: Peer): SipRequest {
  const via = request.vias[0];
  const asked = via.parameters.has('rport');
  if (!asked && !via.parameters.has('received') && via.host === source.address) return request;
  const parameters = new Map(via.parameters);
  parameters.set('received', source.address);
  if (asked) parameters.set('rport', String(source.port));
  return replaceTopVia(request, { ...via, parameters } satisfies Via);
}
