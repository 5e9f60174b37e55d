import type { NameAddress, Uri } from '../message/grammar.ts';
import { parseUri } from '../message/index.ts';
import type { RawHeader, SipRequest, SipResponse } from '../message/message.ts';
import { goesByFlow } from '../transport/flow.ts';
import type { Peer } from '../transport/peer.ts';

export interface DialogId {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}

/** A way that the other side has named, in Contact or Record-Route. */
export interface NamedHop {
  readonly named: Uri;
  /** Where its messages come from; undefined when that is not known. */
  readonly home: Peer | undefined;
}

/** The connection by which a request of ours began the dialog, and whom it was opened to: should it be gone, it may be opened again. */
export interface OpenedHop {
  readonly byFlow: Peer;
  readonly opened: Peer;
}

/** Request-URI and Route headers of a request inside a dialog, and where it goes next. */
export interface Routing {
  readonly uri: string;
  readonly routes: readonly string[];
  /** What the other side has named, or the flow by which the dialog began when there is no other way. */
  readonly nextHop: NamedHop | OpenedHop | Peer;
}

interface Start {
  readonly id: DialogId;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  readonly routes: readonly NameAddress[];
  readonly localSequence: number;
  readonly remoteSequence: number | undefined;
  readonly flow: Peer | undefined;
  /** To whom we have sent the request that began it. */
  readonly opened?: Peer | undefined;
}

/** What RFC 3261 section 12 calls the state of a dialog: identifier, sequence numbers, route set, remote target. No I/O. */
export class DialogState {
  readonly id: DialogId;
  readonly #local: string;
  readonly #remote: string;
  #routes: readonly NameAddress[];
  #target: string;
  #localSequence: number;
  #remoteSequence: number | undefined;
  #flow: Peer | undefined;
  readonly #opened: Peer | undefined;

  private constructor(start: Start) {
    this.id = start.id;
    this.#local = start.local;
    this.#remote = start.remote;
    this.#routes = start.routes;
    this.#target = start.target;
    this.#localSequence = start.localSequence;
    this.#remoteSequence = start.remoteSequence;
    this.#flow = start.flow;
    this.#opened = start.opened;
  }

  /**
   * The called side (12.1.1). `flow` is the peer that the request came from, for a caller who can be reached no other way. Throws
   * `SipParseError` when the request's Contact or Record-Route cannot be read.
   */
  static ofServer(invite: SipRequest, localTag: string, flow?: Peer): DialogState {
    return new DialogState({
      id: { callId: invite.callId, localTag, remoteTag: tagOf(invite.from) },
      local: `${invite.header('to')};tag=${localTag}`,
      remote: invite.header('from') ?? '',
      target: contactOf(invite) ?? invite.from.uriText,
      routes: invite.recordRoute,
      localSequence: 0,
      remoteSequence: invite.cseq.number,
      flow,
    });
  }

  /** The calling side (12.1.2): the route set is the response's Record-Route the other way round; `flow` is whom the INVITE was sent to. */
  static ofClient(invite: SipRequest, response: SipResponse, flow?: Peer): DialogState {
    return new DialogState({
      id: { callId: invite.callId, localTag: tagOf(invite.from), remoteTag: tagOf(response.to) },
      local: invite.header('from') ?? '',
      remote: response.header('to') ?? '',
      // A 2xx must have a Contact; without one the URI that was called is the best guess there is.
      target: contactOf(response) ?? invite.uri,
      routes: [...response.recordRoute].reverse(),
      localSequence: invite.cseq.number,
      remoteSequence: undefined,
      flow,
      opened: flow,
    });
  }

  /**
   * The side that subscribed, from a NOTIFY (RFC 6665 section 4.4.1): the 2xx to a SUBSCRIBE makes no dialog. `sequence` is the number
   * of that SUBSCRIBE, `flow` the peer that the NOTIFY came from. Throws `SipParseError` like `ofServer`.
   */
  static ofNotify(notify: SipRequest, sequence: number, flow?: Peer): DialogState {
    return new DialogState({
      id: { callId: notify.callId, localTag: tagOf(notify.to), remoteTag: tagOf(notify.from) },
      local: notify.header('to') ?? '',
      remote: notify.header('from') ?? '',
      target: contactOf(notify) ?? notify.from.uriText,
      routes: notify.recordRoute,
      localSequence: sequence,
      remoteSequence: undefined,
      flow,
    });
  }

  /** URI of the other end. */
  get target(): string {
    return this.#target;
  }

  /** Number of our newest request. */
  get localSequence(): number {
    return this.#localSequence;
  }

  /** A new request's number in our direction (12.2.1.1). */
  nextSequence(): number {
    this.#localSequence += 1;
    return this.#localSequence;
  }

  /** Whether a request of the other side comes in order; remembers its number if so (12.2.2). */
  inOrder(sequence: number): boolean {
    if (this.#remoteSequence !== undefined && sequence < this.#remoteSequence) return false;
    this.#remoteSequence = sequence;
    return true;
  }

  get remoteSequence(): number | undefined {
    return this.#remoteSequence;
  }

  /** The 2xx to our INVITE: target and route set are those of the 2xx, whatever the 1xx before it said (13.2.2.4). */
  confirm(response: SipResponse): void {
    this.#routes = [...response.recordRoute].reverse();
    this.refreshTarget(response);
  }

  /**
   * A re-INVITE or UPDATE, or its 2xx or reliable 1xx, may move the other end (12.2; RFC 3311 5; RFC 6141 3.3), `flow` included: a
   * client whose connection was lost comes back by another one.
   */
  refreshTarget(message: SipRequest | SipResponse, flow?: Peer): void {
    this.#target = contactOf(message) ?? this.#target;
    this.#flow = flow ?? this.#flow;
  }

  /** 12.2.1.1: a first route without `lr` is a strict router, which wants itself in the Request-URI and the target as last route. */
  routing(): Routing {
    const first = this.#routes[0];
    if (!first) return { uri: this.#target, routes: [], nextHop: this.#hop(parseUri(this.#target)) };
    const isLoose = 'parameters' in first.uri && first.uri.parameters.has('lr');
    const routes = this.#routes.map(route => `<${route.uriText}>`);
    const nextHop = this.#hop(first.uri);
    if (isLoose) return { uri: this.#target, routes, nextHop };
    return { uri: first.uriText, routes: [...routes.slice(1), `<${this.#target}>`], nextHop };
  }

  #hop(uri: Uri): Routing['nextHop'] {
    const flow = this.#flow;
    if (!flow || !goesByFlow(uri, flow)) return { named: uri, home: flow };
    const byFlow: Peer = { ...flow, flow: true };
    return this.#opened ? { byFlow, opened: this.#opened } : byFlow;
  }

  /** The headers that every request of ours in this dialog has, Via apart. */
  headers(method: string, sequence: number, routes: readonly string[]): RawHeader[] {
    const headers: RawHeader[] = [['Max-Forwards', '70']];
    for (const route of routes) headers.push(['Route', route]);
    headers.push(['From', this.#local], ['To', this.#remote], ['Call-ID', this.id.callId]);
    headers.push(['CSeq', `${sequence} ${method}`]);
    return headers;
  }
}

/** The address that the sender of a message is to be reached at; undefined when there is none that we could use. */
function contactOf(message: SipRequest | SipResponse): string | undefined {
  const contact = message.contacts[0];
  return contact?.uri.scheme === 'sip' || contact?.uri.scheme === 'sips' ? contact.uriText : undefined;
}

export const tagOf = (address: NameAddress): string => address.parameters.get('tag') ?? '';
