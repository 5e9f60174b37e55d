import { messageOf } from '@parley/base';
import type { Authorizable } from '../auth/digest-client.ts';
import type { DialogState, NamedHop, OpenedHop } from '../dialog/dialog-state.ts';
import type { Uri } from '../message/grammar.ts';
import { buildRequest, checkRequest, printMessage } from '../message/index.ts';
import type { RawHeader, SipRequest, SipResponse } from '../message/message.ts';
import type { Target } from '../resolve/services.ts';
import type { ClientTransaction, ClientTransactionUser } from '../transaction/client-transaction.ts';
import type { Peer } from '../transport/peer.ts';
import { isAsSafe } from '../transport/secure.ts';
import type { Channel, Sent } from '../transport/transport.ts';
import { viaText } from '../transport/via.ts';
import { type Core, contactOf } from './core.ts';
import type { Body } from './user-agent.ts';
import { prepared, type Way } from './ways.ts';

/** A request of ours that does not know its way yet. */
export interface Outgoing {
  readonly method: string;
  readonly uri: string;
  /** All but Via, Contact, User-Agent and the body's. */
  readonly headers: readonly RawHeader[];
  readonly body?: Body;
  /** A peer, a URI that says where it is, or what the other side of a dialog has named. */
  readonly nextHop: Peer | Uri | NamedHop | OpenedHop;
  /** Whether it tells where we are: INVITE does. */
  readonly withContact?: boolean;
  /**
   * The numbers of its dialog, for another try: with credentials (RFC 3261 22.2), or because a later request of ours has overtaken it.
   * When left out, one more than before outside a dialog; inside one, whose numbers are not ours to take, a challenge is a refusal then.
   */
  readonly numbers?: Pick<DialogState, 'localSequence' | 'nextSequence'>;
}

/** A sender hears too which transaction its request has got. */
export interface SenderUser extends ClientTransactionUser {
  /**
   * Called for every try: the first one, one at the next server after a failure (RFC 3263 4.3), one with credentials after a
   * challenge. What was heard of an earlier transaction (100, 180 ...) does not hold for a later one; its request may have another CSeq.
   */
  began?(transaction: ClientTransaction): void;
  /** Whether another try is still of use: false once the call is cancelled or over. Asked before each try; true when left out. */
  wanted?(): boolean;
}

/** Tries with other credentials or another number for one request, however many realms ask. */
const MOST_ROUNDS = 2;

/**
 * Finds the way, completes the request, opens its transaction, goes on to the next server when one fails, and answers challenges.
 * Throws `Bug`, at once, for what could break out of its line: whatever else goes wrong reaches `user.failed`, later.
 */
export function send(core: Core, outgoing: Outgoing, user: SenderUser): void {
  const { method, uri, headers, body } = outgoing;
  const written: readonly RawHeader[] = body ? [...headers, ['Content-Type', body.type]] : headers;
  // It is printed when its way is known, and then nobody is there any more who could hear of it.
  checkRequest(buildRequest({ method, uri, headers: written }));
  new Sending(core, outgoing, user).begin();
}

/** One request on all its ways, until there is an answer for its user. */
class Sending {
  readonly #core: Core;
  readonly #outgoing: Outgoing;
  readonly #user: SenderUser;
  /** Realms that were answered for this request. */
  readonly #answered = new Set<string>();
  #headers: readonly RawHeader[];
  #targets: readonly Target[] = [];
  #way: Way | undefined;
  #transaction: ClientTransaction | undefined;
  #rounds = 0;
  #wasRepeated = false;
  /** Whether the present try had any answer. */
  #heard = false;

  constructor(core: Core, outgoing: Outgoing, user: SenderUser) {
    this.#core = core;
    this.#outgoing = outgoing;
    this.#user = user;
    this.#headers = outgoing.headers;
  }

  begin(): void {
    findTargets(this.#core, this.#outgoing.nextHop, located => {
      const error = located instanceof Error ? located : nowhere(located);
      if (!(located instanceof Error)) this.#targets = located;
      if (!this.#next()) queueMicrotask(() => this.#user.failed('transport error', error));
    });
  }

  /** Tries the next server that we can send to; false when there is none, or nobody wants it any more. */
  #next(): boolean {
    while (this.#isWanted()) {
      const [target, ...others] = this.#targets;
      if (!target) return false;
      this.#targets = others;
      if (this.#try(target)) return true;
    }
    return false;
  }

  /** Opens a transaction with a server; false when we have no way to it. */
  #try(target: Target): boolean {
    const core = this.#core;
    const present = { ...this.#outgoing, headers: this.#headers };
    const way = prepared(core, target, channel => completed(core, present, channel));
    if (!way) return false;
    this.#way = way;
    this.#heard = false;
    this.#transaction = undefined;
    let isCurrent = true;
    const transaction = core.transactions.send(way.request, way.channel, {
      response: response => {
        if (isCurrent) isCurrent = !this.#response(response, way);
      },
      failed: (why, error) => {
        if (!isCurrent) return;
        // A failure inside of `send` must not come before `began`.
        if (this.#transaction) this.#failed(why, error);
        else queueMicrotask(() => this.#failed(why, error));
      },
    });
    this.#transaction = transaction;
    this.#user.began?.(transaction);
    return true;
  }

  /** True when another try has begun because of it, so that nobody is to hear of this one. */
  #response(response: SipResponse, { channel, target }: Way): boolean {
    const { status } = response;
    this.#heard = true;
    if (status >= 200) {
      const { locator } = this.#core;
      if (status === 503) locator.failed(channel.peer, delaySeconds(response));
      else locator.worked(channel.peer);
      // RFC 3263 section 4.3: 503 means this server, and there may be others; an INVITE goes on with the same CSeq.
      if (status === 503 && this.#next()) return true;
      const hasAnother = this.#authorizes(response, channel) || this.#wasOvertaken(response);
      if (hasAnother && this.#try(target)) return true;
    }
    this.#tell(response);
    return false;
  }

  /** Whoever cannot take his final answer has none: he must not wait for ever. */
  #tell(response: SipResponse): void {
    try {
      this.#user.response(response);
    } catch (thrown) {
      if (response.status >= 200) this.#user.failed('transport error', new Error(messageOf(thrown), { cause: thrown }));
      throw thrown;
    }
  }

  #failed(why: 'timeout' | 'transport error', error?: Error): void {
    const way = this.#way;
    // Who has answered something is there: it is the request that takes its time, not the server.
    if (way && !this.#heard) {
      this.#core.locator.failed(way.channel.peer);
      // RFC 3261 18.1.1: a peer that has no TCP gets the request by UDP, whatever its size.
      if (way.isLarge && why === 'transport error' && this.#isWanted() && this.#try(byUdp(way.target))) return;
      if (this.#next()) return;
      if (why === 'timeout' && this.#mayBeLost(way) && this.#try(way.target)) return;
    }
    this.#user.failed(why, error);
  }

  /**
   * A stream repeats nothing, and what was on its way when it broke is lost: a BYE that nobody answered goes once more, by whatever
   * connection there is then. It may be asked for twice, other than an INFO.
   */
  #mayBeLost({ channel }: Way): boolean {
    const { method, numbers } = this.#outgoing;
    if (method !== 'BYE' || !numbers || !channel.reliable || this.#wasRepeated) return false;
    this.#wasRepeated = true;
    this.#renumber(numbers.nextSequence());
    return true;
  }

  /** Takes a challenge and a new CSeq number; false when the refusal stands. */
  #authorizes(response: SipResponse, channel: Channel): boolean {
    const { digest } = this.#core;
    const isChallenge = response.status === 401 || response.status === 407;
    if (!isChallenge || !digest || this.#rounds >= MOST_ROUNDS || !this.#isWanted()) return false;
    const sequence = this.#sequence();
    const request = authorizable({ ...this.#outgoing, headers: this.#headers }, channel);
    if (!sequence || !digest.challenged(response, request, this.#answered)) return false;
    this.#renumber(sequence());
    return true;
  }

  /**
   * A request that was lost on its first way comes after a later one of its dialog, and is refused for its number (RFC 3261 12.2.2):
   * it gets another one. With Retry-After the refusal is about something else.
   */
  #wasOvertaken(response: SipResponse): boolean {
    const { numbers } = this.#outgoing;
    const sent = this.#transaction?.request.cseq.number;
    if (response.status !== 500 || !numbers || sent === undefined || sent >= numbers.localSequence) return false;
    if (this.#rounds >= MOST_ROUNDS || !this.#isWanted() || response.header('retry-after') !== undefined) return false;
    this.#renumber(numbers.nextSequence());
    return true;
  }

  #renumber(sequence: number): void {
    this.#rounds += 1;
    const cseq: RawHeader = ['CSeq', `${sequence} ${this.#outgoing.method}`];
    this.#headers = this.#headers.map(header => (isNamed(header, 'cseq') ? cseq : header));
  }

  #sequence(): (() => number) | undefined {
    const { numbers } = this.#outgoing;
    if (numbers) return () => numbers.nextSequence();
    const request = this.#transaction?.request;
    return !request || request.to.parameters.has('tag') ? undefined : () => request.cseq.number + 1;
  }

  #isWanted(): boolean {
    return this.#user.wanted?.() ?? true;
  }
}

/** An ACK to a 2xx: sent without a transaction, and again for every copy of the 2xx (RFC 3261 13.2.2.4). */
export class SentAck {
  readonly #core: Core;
  readonly #outgoing: Outgoing;
  #again: (() => void) | undefined;

  constructor(core: Core, outgoing: Outgoing) {
    this.#core = core;
    this.#outgoing = outgoing;
    findTargets(core, outgoing.nextHop, located => {
      if (located instanceof Error) this.#failed(located);
      else this.#next(located, nowhere(located));
    });
  }

  again(): void {
    this.#again?.();
  }

  #next([target, ...others]: readonly Target[], error: Error): void {
    if (!target) {
      this.#failed(error);
      return;
    }
    const core = this.#core;
    const way = prepared(core, target, channel => completed(core, this.#outgoing, channel));
    if (!way) {
      this.#next(others, error);
      return;
    }
    const bytes = printMessage(way.request);
    let isCurrent = true;
    const sent: Sent = failure => {
      if (!failure || !isCurrent) return;
      isCurrent = false;
      core.locator.failed(way.channel.peer);
      this.#next(way.isLarge ? [byUdp(target), ...others] : others, failure);
    };
    this.#again = () => way.channel.send(bytes, sent);
    this.#again();
  }

  /** The other side will send its 2xx again and, at last, BYE. */
  #failed(error: Error): void {
    this.#core.log.warn('sip ACK not sent', { reason: error.message });
  }
}

/** The same server, by UDP whatever the size. */
const byUdp = (target: Target): Target => ({ ...target, demanded: true });

function findTargets(
  core: Core,
  nextHop: Outgoing['nextHop'],
  found: (located: readonly Target[] | Error) => void,
): void {
  if ('scheme' in nextHop) core.locator.find(nextHop, found);
  else if ('named' in nextHop) core.locator.find(nextHop.named, located => found(reachable(core, nextHop, located)));
  else if ('byFlow' in nextHop) found([{ peer: present(core, nextHop), demanded: true }]);
  else found([{ peer: nextHop, demanded: true }]);
}

/** A connection that we have opened and that is broken is opened once more. */
const present = (core: Core, { byFlow, opened }: OpenedHop): Peer => (core.transports.to(byFlow) ? byFlow : opened);

/**
 * RFC 3261 12.2.1.1 lets the other side say where our requests go, and 8.1.2 lets us have a policy of our own: where it must not send us
 * (`UserAgentOptions.mayReach`), where what came by TLS would go on in clear, where we have no listen point to send from, and where its name
 * leads nowhere, as those of telephone systems that the DNS does not know, we go back to where its messages come from, which can pass our request on.
 */
function reachable(core: Core, { home }: NamedHop, located: readonly Target[] | Error): readonly Target[] | Error {
  const found = located instanceof Error ? [] : located;
  const isAllowed = (peer: Peer) => (!home || isAsSafe(peer, home)) && core.invites.mayReach(peer);
  const allowed = found.filter(({ peer }) => isAllowed(peer) && core.transports.to(peer));
  if (allowed.length > 0) return allowed;
  const reason = located instanceof Error ? located : new Error(`no request may go by ${described(located[0].peer)}`);
  core.log.debug('sip target not used', { reason: reason.message, instead: home?.address });
  return home ? [{ peer: { ...home, flow: true }, demanded: true }] : reason;
}

const described = ({ transport, address, port }: Peer): string => `${transport} to ${address}, port ${port}`;

function nowhere(targets: readonly Target[]): Error {
  const { transport, address } = targets[0].peer;
  return new Error(`nothing listens here for ${transport} and ${address}`);
}

function completed(core: Core, outgoing: Outgoing, channel: Channel): SipRequest {
  const { method, uri, body } = outgoing;
  const headers: RawHeader[] = [['Via', viaText(channel.local, core.ids.branch())], ...outgoing.headers];
  if (core.digest) headers.push(...core.digest.headersFor(authorizable(outgoing, channel)));
  if (outgoing.withContact) headers.push(contactOf(channel, uri.startsWith('sips:')));
  headers.push(['User-Agent', core.name]);
  if (!body) return buildRequest({ method, uri, headers });
  headers.push(['Content-Type', body.type]);
  return buildRequest({ method, uri, headers, body: body.content });
}

const NOTHING = new Uint8Array();

function authorizable({ method, uri, headers, body }: Outgoing, { peer }: Channel): Authorizable {
  const callId = headers.find(header => isNamed(header, 'call-id'))?.[1] ?? '';
  return { callId, method, uri, body: body?.content ?? NOTHING, peer };
}

const isNamed = ([name]: RawHeader, lowerCase: string): boolean => name.toLowerCase() === lowerCase;

/** The seconds of Retry-After (RFC 3261 20.33); undefined without any. */
function delaySeconds(response: SipResponse): number | undefined {
  const seconds = Number.parseInt(response.header('retry-after') ?? '', 10);
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : undefined;
}
