import { isIP } from 'node:net';
import type { Uri } from '../message/grammar.ts';
import { parseNameAddress, parseUri } from '../message/index.ts';
import type { RawHeader } from '../message/message.ts';
import type { Peer } from '../transport/peer.ts';
import { DEFAULT_PORT } from '../transport/via.ts';
import type { InviteOptions, InviteTarget } from './user-agent.ts';

/** RFC 3323 section 4.1.1.3. */
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** From as a request carries it: anonymous when the caller wants to be (RFC 3323 section 4.1). */
export function fromOf({ from, privacy = [] }: InviteOptions): string {
  return privacy.includes('user') || privacy.includes('header') ? ANONYMOUS : from;
}

/**
 * P-Asserted-Identity and Privacy of a request (RFC 3325 sections 5 and 7). A trusted peer gets both and sees to the rest; to any
 * other the identity goes only when the caller has not asked for it to be kept back, and what we have done of Privacy is not asked for again.
 */
export function identityHeaders(
  { identity = [], privacy = [] }: InviteOptions,
  isTrusted: boolean,
): readonly RawHeader[] {
  const kept = isTrusted ? privacy : privacy.filter(kind => !DONE_HERE.has(kind));
  const tells = isTrusted || !privacy.includes('id');
  const headers = tells ? identity.map(asserted) : [];
  return kept.length > 0 ? [...headers, ['Privacy', kept.join(';')]] : headers;
}

/** What is kept by leaving headers out and making From anonymous. */
const DONE_HERE: ReadonlySet<string> = new Set(['id', 'user', 'header']);

function asserted(address: string): RawHeader {
  const text = address.includes('<') ? address : `<${address}>`;
  parseNameAddress(text, 'P-Asserted-Identity');
  return ['P-Asserted-Identity', text];
}

/** Whom a call goes to, as far as it is known before names are looked up: the peer given, or the host of the URI by its name. */
export function firstPeer({ uri, via }: InviteTarget): Peer | undefined {
  return via ?? peerNamed(parseUri(uri));
}

function peerNamed(uri: Uri): Peer | undefined {
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return undefined;
  const said = uri.parameters.get('transport')?.toLowerCase();
  const isTls = uri.scheme === 'sips' || said === 'tls';
  const transport = isTls ? 'tls' : said === 'tcp' || said === 'ws' || said === 'wss' ? said : 'udp';
  const address = uri.parameters.get('maddr') || uri.host;
  const peer: Peer = { transport, address, port: uri.port ?? (isTls ? DEFAULT_PORT + 1 : DEFAULT_PORT) };
  return isIP(address) ? peer : { ...peer, name: address };
}
