import type { Via } from '../message/grammar.ts';
import { replaceTopVia } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';
import { withoutZone } from './canonical-address.ts';
import type { Peer, TransportName } from './peer.ts';

/** The port of a SIP URI or Via without one, over UDP and TCP. */
export const DEFAULT_PORT = 5060;

const DEFAULT_PORTS: Readonly<Record<TransportName, number>> = {
  udp: DEFAULT_PORT,
  tcp: DEFAULT_PORT,
  tls: 5061,
  ws: 80,
  wss: 443,
};

/** The port of a Via without one, by its transport (RFC 3261 sections 18.1.1 and 19.1.2, RFC 7118 section 5.3). */
export const defaultPort = (transport: TransportName): number => DEFAULT_PORTS[transport];

/** "host:port", an IPv6 address in brackets and without zone. */
export const hostPort = ({ address, port }: Pick<Peer, 'address' | 'port'>): string =>
  `${address.includes(':') ? `[${withoutZone(address)}]` : address}:${port}`;

/**
 * The Via of a request that we send; `rport` asks for the answer to come back the way the request went (RFC 3581), `alias` offers a
 * TLS peer to use this connection for its own requests (RFC 5923 section 4).
 */
export function viaText(local: Peer, branch: string): string {
  const alias = local.transport === 'tls' ? ';alias' : '';
  return `SIP/2.0/${local.transport.toUpperCase()} ${hostPort(local)};branch=${branch};rport${alias}`;
}

/**
 * A request that has arrived, with `received` (RFC 3261 18.2.1; an IPv6 address has no brackets there) and the value of `rport`
 * (RFC 3581) in its top Via; what the sender wrote there himself is thrown away. Throws `SipParseError` when the Via cannot be read.
 */
export function stamped(request: SipRequest, source: Peer): SipRequest {
  const via = request.vias[0];
  const asked = via.parameters.has('rport');
  if (!asked && !via.parameters.has('received') && via.host === source.address) return request;
  const parameters = new Map(via.parameters);
  parameters.set('received', withoutZone(source.address));
  if (asked) parameters.set('rport', String(source.port));
  return replaceTopVia(request, { ...via, parameters } satisfies Via);
}
