import type { Uri } from '../../message/grammar.ts';
import {
  MessageEditor,
  parseNameAddress,
  parseUri,
  printUri,
  SipParseError,
  type SipRequest,
} from '../../message/index.ts';
import type { RawHeader } from '../../message/message.ts';
import { contactUri } from '../../transport/contact.ts';
import type { Peer } from '../../transport/peer.ts';
import type { Channel } from '../../transport/transport.ts';
import { viaText } from '../../transport/via.ts';
import type { Prepared } from './preparation.ts';
import { removePrivate } from './private-headers.ts';
import type { ProxyTarget, RouteDecision } from './proxy.ts';
import type { ProxyCore } from './proxy-core.ts';
import type { Flow } from './seals.ts';

export type ForwardDecision = Extract<RouteDecision, { kind: 'forward' }>;

/** What is to be said to one place. */
export interface Forwarding {
  readonly prepared: Prepared;
  readonly decision: ForwardDecision;
  readonly target: ProxyTarget;
  /** Parallel branches that this one may grow (RFC 5393 section 5.3.3). */
  readonly breadth: number;
  /** Of the Via. */
  readonly branch: string;
  /** Where the request came in, as others reach it. */
  readonly inbound: Peer;
}

/** What begins a dialog, or refreshes what was remembered of its way (RFC 3261 section 16.6 step 4; RFC 6665 for NOTIFY). */
const DIALOG_METHODS: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY', 'UPDATE']);

/** The copy of a request for one place, over one way (RFC 3261 section 16.6 steps 1 to 8). Throws `SipParseError` for a target that cannot be read. */
export function forwarded(core: ProxyCore, forwarding: Forwarding, channel: Channel): SipRequest {
  const { prepared, decision, target, breadth, branch } = forwarding;
  const { request } = prepared;
  const editor = new MessageEditor(request);
  editor.set('Max-Forwards', String(prepared.maxForwards));
  if (request.method !== 'ACK') editor.set('Max-Breadth', String(breadth));
  writeIdentity(core, forwarding, { editor, channel });
  const { uri, routes } = strictly(target.uri, [...(target.routes ?? []), ...request.values('route')]);
  if (routes.isRewritten) editor.remove('Route');
  const added = routes.isRewritten ? routes.values : (target.routes ?? []);
  editor.first(
    ['Via', viaText(channel.local, branch)],
    ...(decision.path ? [pathOf(core, prepared, channel)] : []),
    ...(isRecorded(request, decision) ? recordRoutes(core, forwarding, channel) : []),
    ...added.map((value): RawHeader => ['Route', value]),
  );
  return editor.request(uri);
}

/** Where to look for a target: the first Route, or its URI (RFC 3261 section 16.6 step 7). Throws `SipParseError`. */
export function nextHopOf(request: SipRequest, { uri, routes = [] }: ProxyTarget): Uri {
  if (routes.length > 0) return parseNameAddress(routes[0], 'Route').uri;
  return request.route[0]?.uri ?? parseUri(uri);
}

interface Writing {
  readonly editor: MessageEditor;
  readonly channel: Channel;
}

/** RFC 3325 section 5. */
function writeIdentity(core: ProxyCore, { prepared, decision }: Forwarding, { editor, channel }: Writing): void {
  const { identity = [] } = decision;
  editor.remove('P-Preferred-Identity');
  if (identity.length > 0) {
    editor.remove('P-Asserted-Identity');
    editor.last(...identity.map((value): RawHeader => ['P-Asserted-Identity', value]));
  }
  if (!core.isTrusted(channel.peer)) removePrivate(editor, prepared.request);
}

interface Routed {
  readonly uri: string;
  readonly routes: { readonly isRewritten: boolean; readonly values: readonly string[] };
}

/** RFC 3261 section 16.6 step 6: a next hop without `lr` finds itself in the Request-URI, and the Request-URI at the end of Route. */
function strictly(uri: string, routes: readonly string[]): Routed {
  const [first, ...others] = routes;
  const next = first === undefined ? undefined : parseNameAddress(first, 'Route').uri;
  const isSip = next?.scheme === 'sip' || next?.scheme === 'sips';
  if (!next || !isSip || next.parameters.has('lr')) return { uri, routes: { isRewritten: false, values: routes } };
  return {
    uri: printUri({ ...next, headers: new Map() }),
    routes: { isRewritten: true, values: [...others, `<${uri}>`] },
  };
}

const isRecorded = ({ method }: SipRequest, { recordRoute }: ForwardDecision): boolean =>
  recordRoute !== false && DIALOG_METHODS.has(method);

/**
 * One Record-Route, or two where the two sides of the dialog are not reached in the same way (RFC 5658 section 3.2; each has its own
 * flow, RFC 5626 section 5.3): that of the far side is on top.
 */
function recordRoutes(
  core: ProxyCore,
  { prepared, target, inbound }: Forwarding,
  channel: Channel,
): readonly RawHeader[] {
  const { request, source } = prepared;
  const isSecure = request.requestUri.scheme === 'sips';
  const make = (local: Peer, flow: Flow | undefined): string =>
    `<${ownUri(local, core.seals.forDialog(request.callId, flow), isSecure)};lr>`;
  const ours = make(inbound, keepsFlow(request, source) ? source : undefined);
  const theirs = make(channel.local, target.flow && isFlow(channel, target.flow) ? target.flow : undefined);
  const values = ours === theirs ? [ours] : [theirs, ours];
  return values.map((value): RawHeader => ['Record-Route', value]);
}

const isFlow = ({ peer }: Channel, flow: Flow): boolean => peer.address === flow.address && peer.port === flow.port;

/** Requests of the other side have to come back the way that a client has opened: it asks for that, or cannot be reached else. */
function keepsFlow(request: SipRequest, { transport }: Peer): boolean {
  return request.vias.length === 1 && (transport !== 'udp' || asksForFlow(request));
}

function asksForFlow(request: SipRequest): boolean {
  try {
    const uri = request.contacts[0]?.uri;
    return (uri?.scheme === 'sip' || uri?.scheme === 'sips') && uri.parameters.has('ob');
  } catch (thrown) {
    if (thrown instanceof SipParseError) return false;
    throw thrown;
  }
}

/** RFC 5626 section 5.1: `ob` says that we keep the flow, and only who is next to the user agent can. */
function pathOf(core: ProxyCore, { request, source }: Prepared, { local }: Channel): RawHeader {
  const isFirst = request.vias.length === 1;
  const uri = isFirst ? ownUri(local, core.seals.forFlow(source)) : contactUri(local);
  return ['Path', `<${uri};lr${isFirst ? ';ob' : ''}>`];
}

function ownUri(local: Peer, user: string, isSecure = false): string {
  return contactUri(local, isSecure).replace(':', `:${user}@`);
}
