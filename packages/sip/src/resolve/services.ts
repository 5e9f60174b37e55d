import { isIP } from 'node:net';
import type { SipUri, Uri } from '../message/grammar.ts';
import { HOST, isAll } from '../message/octets.ts';
import type { Peer, TransportName } from '../transport/peer.ts';
import { defaultPort } from '../transport/via.ts';
import type { NaptrRecord } from './resolver.ts';

/** A place to send to. */
export interface Target {
  readonly peer: Peer;
  /** Whether the URI, or who named the peer, asked for this transport: then a large request does not leave it (RFC 3261 18.1.1). */
  readonly demanded: boolean;
}

/** One service of a domain: the name of its SRV records. */
export interface Service {
  readonly transport: TransportName;
  readonly name: string;
}

/** What a URI says by itself about where its server is (RFC 3263 section 4.1 and the beginning of 4.2). */
export type Start =
  | { readonly kind: 'nowhere'; readonly why: string }
  /** A literal address: nothing is to be asked. */
  | { readonly kind: 'literal'; readonly target: Target }
  /** A name with a port: only its addresses are to be asked. */
  | { readonly kind: 'host'; readonly host: string; readonly port: number; readonly transport: TransportName }
  /** A name alone: its services, all of them or those of one transport. */
  | { readonly kind: 'services'; readonly domain: string; readonly transport: TransportName | undefined };

/** A start, and what holds for whatever is found from it. */
export interface Beginning {
  readonly start: Start;
  readonly isSecure: boolean;
  readonly demanded: boolean;
  /** The domain that a TLS peer has to prove: the one that was asked for, not what the DNS made of it (RFC 5922 section 7.1). */
  readonly domain: string;
}

const SECURE: Readonly<Record<TransportName, TransportName | undefined>> = {
  udp: undefined,
  tcp: 'tls',
  tls: 'tls',
  ws: 'wss',
  wss: 'wss',
};

const SRV_PREFIXES: Readonly<Record<TransportName, string>> = {
  udp: '_sip._udp',
  tcp: '_sip._tcp',
  tls: '_sips._tcp',
  ws: '_sip._ws',
  wss: '_sips._ws',
};

/** RFC 3263 section 4.1, RFC 7118 section 5.2. */
const NAPTR_SERVICES: ReadonlyMap<string, TransportName> = new Map([
  ['SIP+D2U', 'udp'],
  ['SIP+D2T', 'tcp'],
  ['SIPS+D2T', 'tls'],
  ['SIP+D2W', 'ws'],
  ['SIPS+D2W', 'wss'],
]);

/** What is asked for when a domain has no NAPTR records, in this order. */
const GUESSES: readonly TransportName[] = ['udp', 'tcp', 'tls'];
const LONGEST_NAME = 253;

/** Reads a URI. */
export function beginningOf(uri: Uri): Beginning {
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') {
    const why = `a ${uri.scheme === 'tel' ? 'tel' : 'foreign'} URI has no address to send to`;
    return { start: { kind: 'nowhere', why }, isSecure: false, demanded: false, domain: '' };
  }
  const asked = uri.parameters.get('transport')?.toLowerCase();
  const common = { isSecure: uri.scheme === 'sips', demanded: asked !== undefined, domain: uri.host };
  return { ...common, start: startOf(uri, asked) };
}

function startOf(uri: SipUri, asked: string | undefined): Start {
  const isSecure = uri.scheme === 'sips';
  if (asked !== undefined && !isTransport(asked))
    return { kind: 'nowhere', why: 'the transport of the URI is none of udp, tcp, tls, ws and wss' };
  const transport = asked === undefined ? undefined : isSecure ? SECURE[asked] : asked;
  if (asked !== undefined && !transport) return { kind: 'nowhere', why: 'a sips URI cannot be reached by UDP' };
  const host = uri.parameters.get('maddr') || uri.host;
  const known = transport ?? plainTransport(isSecure);
  const port = uri.port ?? defaultPort(known);
  if (isIP(host) !== 0) {
    const peer = peerAt({ transport: known, address: host, port }, uri.host);
    return { kind: 'literal', target: { peer, demanded: asked !== undefined } };
  }
  if (!isHostName(host)) return { kind: 'nowhere', why: 'the host of the URI is no domain name' };
  if (uri.port !== undefined) return { kind: 'host', host, port, transport: known };
  return { kind: 'services', domain: host, transport };
}

/** RFC 3263 section 4.1: what is used when nothing says otherwise. */
export const plainTransport = (isSecure: boolean): TransportName => (isSecure ? 'tls' : 'udp');

/** Adds the domain that is to be proved, where there is something to prove. */
export const peerAt = (peer: Peer, domain: string): Peer =>
  SECURE[peer.transport] === peer.transport ? { ...peer, name: domain } : peer;

/** The services that NAPTR records name and we can use, in order; a sips URI goes by secure ones only. */
export function namedServices(records: readonly NaptrRecord[], isSecure: boolean): readonly Service[] {
  const sorted = [...records].sort((a, b) => a.order - b.order || a.preference - b.preference);
  return sorted.flatMap(({ flags, service, regexp, replacement }) => {
    const transport = NAPTR_SERVICES.get(service.toUpperCase());
    const isTerminal = flags.toLowerCase() === 's' && regexp === '' && isHostName(replacement);
    if (!transport || !isTerminal || (isSecure && SECURE[transport] !== transport)) return [];
    return [{ transport, name: replacement }];
  });
}

/** The services to ask for when no NAPTR record names any, or the transport is given. */
export function guessedServices(domain: string, isSecure: boolean, transport?: TransportName): readonly Service[] {
  const transports: readonly TransportName[] = transport ? [transport] : isSecure ? ['tls'] : GUESSES;
  return transports.map(one => ({ transport: one, name: `${SRV_PREFIXES[one]}.${domain}` }));
}

/** Whether a text can be asked for: what DNS answers name comes from strangers too. */
export const isHostName = (text: string): boolean => text.length <= LONGEST_NAME && isAll(text, HOST);

const isTransport = (text: string): text is TransportName => Object.hasOwn(SECURE, text);
