import type { NameAddress, SipUri, Uri } from '../../message/grammar.ts';
import { MessageEditor, printUri, SipParseError, type SipRequest } from '../../message/index.ts';
import type { RefusalReason } from '../../protection/refusals.ts';
import type { Peer } from '../../transport/peer.ts';
import type { Answer } from '../service.ts';
import type { Refusal } from '../user-agent.ts';
import { numberOf } from './loops.ts';
import type { ProxyCore } from './proxy-core.ts';
import { type Flow, isSameFlow, type Sealed } from './seals.ts';

/** A request that may be passed on. */
export interface Prepared {
  /** Without Route values that mean us, its Request-URI what a strict router has made of it put right. */
  readonly request: SipRequest;
  readonly source: Peer;
  readonly mark: string;
  /**
   * It belongs to a dialog that a Route value of ours was sealed for, or goes to a flow that one was sealed for: it may go where it
   * says without being asked for.
   */
  readonly isSealed: boolean;
  /** Where a sealed Route leads; `only` when there is no other way. */
  readonly flow: { readonly to: Flow; readonly only: boolean } | undefined;
  /** What is left for the next hop. */
  readonly maxForwards: number;
  /** Parallel branches that it may grow (RFC 5393 section 5.3). */
  readonly breadth: number;
}

/** Why it is not passed on. */
export interface Unforwardable {
  readonly reason: RefusalReason;
  readonly refusal: Answer & Pick<Refusal, 'rule' | 'change'>;
}

const MOST_FORWARDS = 255;
const DEFAULT_FORWARDS = 70;
const MOST_BREADTH = 0xffff_ffff;

/** What RFC 3261 section 16.3 checks, and only that: a header that is nobody's business here may be as broken as it likes. Throws `SipParseError`. */
export function checkForwardable(request: SipRequest): void {
  const { vias, cseq, method } = request;
  for (const part of [request.requestUri, request.from, request.to, request.callId, request.route]) void part;
  if (cseq.method !== method) throw new SipParseError('CSeq', 'its method is not that of the request');
  // RFC 4475 section 3.2.1: only the magic cookie would make all such requests one transaction.
  if (vias[0].branch.toLowerCase() === 'z9hg4bk')
    throw new SipParseError('Via', 'nothing follows z9hG4bK in the branch');
}

/** Validates a request and makes it ready to be routed (RFC 3261 sections 16.3 and 16.4). Throws `SipParseError`. */
export function prepare(core: ProxyCore, received: SipRequest, source: Peer): Prepared | Unforwardable {
  if (received.requestUri.scheme === 'other') return refused(416);
  const forwards = numberOf(received, 'Max-Forwards', MOST_FORWARDS) ?? DEFAULT_FORWARDS;
  if (forwards === 0) return refused(483);
  const breadth = Math.min(numberOf(received, 'Max-Breadth', MOST_BREADTH) ?? MOST_BREADTH, core.budgets.breadth);
  if (breadth === 0) return refused(440);
  const way = new OwnWay(core, received, source);
  const { request } = way;
  if (way.isTampered) return { reason: 'not admitted', refusal: { status: 403, reason: 'Invalid Flow Token' } };
  const mark = core.loops.markOf(request);
  if (core.loops.isLoop(request, mark)) return refused(482);
  const known = core.options.extensions ?? [];
  const missing = request.values('proxy-require').filter(tag => !known.includes(tag.toLowerCase()));
  if (missing.length > 0) return refused(420, missing);
  const { isSealed, flow } = way;
  return { request, source, mark, isSealed, flow, maxForwards: forwards - 1, breadth };
}

function refused(status: number, unsupported: readonly string[] = []): Unforwardable {
  const headers = unsupported.map((tag): [string, string] => ['Unsupported', tag]);
  return { reason: 'not supported', refusal: { status, headers } };
}

/** Takes out of a request what was said to us (RFC 3261 section 16.4, RFC 5626 section 5.3). */
class OwnWay {
  readonly request: SipRequest;
  isSealed = false;
  isTampered = false;
  flow: Prepared['flow'];
  readonly #core: ProxyCore;
  readonly #source: Peer;
  readonly #isInside: boolean;

  constructor(core: ProxyCore, received: SipRequest, source: Peer) {
    this.#core = core;
    this.#source = source;
    this.#isInside = received.to.parameters.has('tag');
    const { callId } = received;
    let uri = received.requestUri;
    let routes = received.route;
    const editor = new MessageEditor(received);
    if (this.#isStrictlyRouted(uri, routes)) {
      this.#heed(this.#seal(uri, callId));
      uri = routes[routes.length - 1].uri;
      routes = routes.slice(0, -1);
      editor.removeLastValue('route');
    }
    while (routes.length > 0 && core.places.isOwn(routes[0].uri)) {
      this.#heed(this.#seal(routes[0].uri, callId));
      routes = routes.slice(1);
      editor.setFirstValue('route', undefined);
    }
    uri = this.#withoutOwnMaddr(uri);
    const isChanged = uri !== received.requestUri || routes !== received.route;
    this.request = isChanged ? editor.request(uri === received.requestUri ? received.uri : printUri(uri)) : received;
  }

  /** A strict router before us has put our Record-Route into the Request-URI, and the Request-URI at the end of Route. */
  #isStrictlyRouted(uri: Uri, routes: readonly NameAddress[]): boolean {
    return routes.length > 0 && isSip(uri) && uri.parameters.has('lr') && this.#core.places.isOwn(uri);
  }

  #withoutOwnMaddr(uri: Uri): Uri {
    const maddr = isSip(uri) ? uri.parameters.get('maddr') : undefined;
    if (maddr === undefined || !isSip(uri) || !this.#core.places.isOwn({ ...uri, host: maddr })) return uri;
    const { port: _port, ...others } = uri;
    const parameters = new Map(uri.parameters);
    parameters.delete('maddr');
    parameters.delete('transport');
    return { ...others, parameters };
  }

  #seal(uri: Uri, callId: string): Sealed | undefined {
    return isSip(uri) ? this.#core.seals.open(uri.user, callId) : undefined;
  }

  /**
   * Of a dialog's marks the last that is ours says how to go on: each side has its own where they differ, that of who sends it coming
   * first (`recordRoutes`), whatever connection he sends it by now. They open nothing for a request without To tag, which begins
   * something: whoever has had one call through here would send what he likes to where he likes by its Call-ID. Whoever comes by the flow
   * that a Path names is on the way out: the mark is for those who come the other way (RFC 5626 section 5.3.1).
   */
  #heed(sealed: Sealed | undefined): void {
    if (!sealed) return;
    if (sealed.kind === 'broken') {
      this.isTampered ||= sealed.was === 'flow';
      return;
    }
    const { kind, flow } = sealed;
    const isHeeded = kind === 'dialog' ? this.#isInside : !isSameFlow(flow, this.#source);
    if (!isHeeded) return;
    this.isSealed = true;
    this.flow = flow && { to: flow, only: kind === 'flow' };
  }
}

const isSip = (uri: Uri): uri is SipUri => uri.scheme === 'sip' || uri.scheme === 'sips';
