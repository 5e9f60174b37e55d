import { lists, parseRAck, SipParseError, singleHeader } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';
import type { Peer } from '../transport/peer.ts';
import { isSecure } from '../transport/secure.ts';
import { accept, allow, type Core, supported } from './core.ts';
import { replacedBy } from './replaced-dialog.ts';
import { sessionBody } from './session-body.ts';
import { tooBrief } from './session-terms.ts';
import type { Refusal } from './user-agent.ts';

/** Methods of the registry that we know and do not do; whatever is in neither list is 501. */
const KNOWN_METHODS = new Set(['MESSAGE', 'NOTIFY', 'PRACK', 'PUBLISH', 'REFER', 'REGISTER', 'SUBSCRIBE', 'UPDATE']);

/** Their bodies describe the session (RFC 3261 13, RFC 3262 5, RFC 3311 5). */
const CARRY_SESSION = new Set(['INVITE', 'UPDATE', 'PRACK']);

/**
 * What every UAS checks before it remembers anything (RFC 3261 8.2), in the order of that section: method, Request-URI, extensions,
 * body. Undefined when the request can be taken. Throws `SipParseError` for headers that cannot be read.
 */
export function refusalOf(core: Core, request: SipRequest, source: Peer): Refusal | undefined {
  return (
    ofMethod(core, request) ??
    ofUri(request, source) ??
    ofExtensions(core, request) ??
    ofReplaces(core, request) ??
    ofInvite(request) ??
    ofReliability(core, request) ??
    ofSession(core, request)
  );
}

function ofMethod(core: Core, { method }: SipRequest): Refusal | undefined {
  if (core.methods.has(method)) return undefined;
  return { status: KNOWN_METHODS.has(method) ? 405 : 501, headers: [allow(core)] };
}

/** tel: numbers are taken, because gateways send them; sips: promises a security that only TLS has (RFC 5630 section 4). */
function ofUri({ requestUri }: SipRequest, source: Peer): Refusal | undefined {
  const { scheme } = requestUri;
  return scheme === 'sip' || scheme === 'tel' || (scheme === 'sips' && isSecure(source)) ? undefined : { status: 416 };
}

/** RFC 3261 8.2.2.3: what a peer requires and we do not have is named. */
function ofExtensions(core: Core, request: SipRequest): Refusal | undefined {
  const missing = request.values('require').filter(tag => !core.extensions.has(tag.toLowerCase()));
  if (missing.length === 0) return undefined;
  // In one header, so that many short tags make no answer that is much longer than the request.
  return { status: 420, headers: [['Unsupported', missing.join(', ')], supported(core)] };
}

/** RFC 3891 section 3: only an INVITE replaces a dialog, and only one that is here. */
function ofReplaces(core: Core, request: SipRequest): Refusal | undefined {
  if (!core.invites.replaces || request.header('replaces') === undefined) return undefined;
  if (request.method !== 'INVITE') return { status: 400, reason: 'Replaces: only an INVITE may have it' };
  const replaced = replacedBy(core, request);
  return replaced && 'refusal' in replaced ? replaced.refusal : undefined;
}

function ofInvite(request: SipRequest): Refusal | undefined {
  if (!CARRY_SESSION.has(request.method)) return undefined;
  const body = sessionBody(request);
  if (body.kind === 'refused') return body.refusal;
  if (request.method !== 'INVITE') return undefined;
  if (!takesSdp(request)) return { status: 406, headers: [accept] };
  const isNew = !request.to.parameters.has('tag');
  const scheme = request.contacts[0]?.uri.scheme;
  // RFC 3261 8.1.1.8: without exactly one address of the caller there is nobody to send a BYE to.
  const isReachable = request.contacts.length === 1 && (scheme === 'sip' || scheme === 'sips');
  return isNew && !isReachable ? { status: 400, reason: 'Contact: exactly one SIP URI is needed' } : undefined;
}

const SDP_RANGES = new Set(['application/sdp', 'application/*', '*/*']);

/** RFC 3261 8.2.3 and 20.1: whoever does not take SDP in an answer cannot be answered; without Accept everybody takes it. */
function takesSdp(request: SipRequest): boolean {
  const ranges = request.values('accept');
  return ranges.length === 0 || ranges.some(range => SDP_RANGES.has(range.split(';', 1)[0].trim().toLowerCase()));
}

/** RFC 3262: what PRACK says must be readable; who cannot acknowledge gets 421 where we insist on it (section 3). */
function ofReliability(core: Core, request: SipRequest): Refusal | undefined {
  if (request.method === 'PRACK') {
    const rack = singleHeader(request, 'RAck');
    if (rack === undefined) throw new SipParseError('RAck', 'missing');
    parseRAck(rack);
  }
  const insists =
    core.invites.reliable === 'required' && request.method === 'INVITE' && !request.to.parameters.has('tag');
  if (!insists || lists(request, 'supported', '100rel') || lists(request, 'require', '100rel')) return undefined;
  return { status: 421, headers: [['Require', '100rel']] };
}

function ofSession(core: Core, request: SipRequest): Refusal | undefined {
  const { session } = core.invites;
  return session && (request.method === 'INVITE' || request.method === 'UPDATE')
    ? tooBrief(request, session)
    : undefined;
}
