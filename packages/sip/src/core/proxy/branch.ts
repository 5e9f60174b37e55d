import { Bug, type Timer } from '@parley/base';
import type { Uri } from '../../message/grammar.ts';
import {
  parseRetryAfter,
  printMessage,
  SipParseError,
  type SipRequest,
  type SipResponse,
} from '../../message/index.ts';
import type { RawHeader } from '../../message/message.ts';
import type { Target } from '../../resolve/services.ts';
import { type ClientTransaction, cancelOf } from '../../transaction/client-transaction.ts';
import { patience } from '../../transaction/sip-timers.ts';
import type { Peer } from '../../transport/peer.ts';
import type { Channel } from '../../transport/transport.ts';
import type { Outcome } from './best-response.ts';
import type { ProxyTarget } from './proxy.ts';
import type { ProxyCore } from './proxy-core.ts';

/** Who sends a branch. */
export interface BranchUser {
  /** The copy of the request for a place, over a way. */
  make(target: ProxyTarget, channel: Channel): SipRequest;
  /** Where a target is to be looked for: the first Route, or its URI. */
  nextHop(target: ProxyTarget): Uri;
  /** 101 to 199. */
  provisional(response: SipResponse, from: Peer): void;
  /** A 2xx: for INVITE every one, also after the end. */
  accepted(response: SipResponse, from: Peer): void;
  /** It is over without 2xx; once, and never after `accepted`. */
  refused(outcome: Outcome, from: Peer | undefined): void;
  /** It is over with 2xx. */
  ended(): void;
}

/** RFC 3261 18.1.1: what is larger, octets, may not fit into one packet of a path whose limit nobody knows. */
const MOST_BY_UDP = 1300;
const NOTHING = { response: () => undefined, failed: () => undefined };
/** What a branch that was given up before anything was sent ends with. */
const GIVEN_UP: Outcome = { status: 487 };
const NO_ANSWER: Outcome = { status: 408 };
/** RFC 3261 section 16.9: a request that cannot be sent is like one that is answered 503. */
const UNSENT: Outcome = { status: 503 };
const FLOW_FAILED: Outcome = { status: 430 };

/**
 * One place that a request is sent to, on all its ways: flows, then the servers that RFC 3263 finds, then other targets that stand for
 * it. Ends with one final answer, or with the status that stands for none.
 */
export class Branch {
  readonly #core: ProxyCore;
  readonly #isInvite: boolean;
  readonly #user: BranchUser;
  /** Still to be tried. */
  #targets: readonly ProxyTarget[];
  #target: ProxyTarget;
  #servers: readonly Target[] = [];
  #transaction: ClientTransaction | undefined;
  /** Whether the present transaction had any answer. */
  #isHeard = false;
  /** Why it goes on with nothing: what it ends with if nothing else comes. */
  #failure: { readonly outcome: Outcome; readonly from?: Peer } = { outcome: UNSENT };
  #state: 'trying' | 'cancelling' | 'over' = 'trying';
  #cancelHeaders: readonly RawHeader[] = [];
  #isCancelSent = false;
  /** Timer C; after CANCEL, how long the end is waited for. */
  #timer: Timer | undefined;
  #ranOut = false;

  constructor(core: ProxyCore, target: ProxyTarget, { isInvite, user }: { isInvite: boolean; user: BranchUser }) {
    this.#core = core;
    this.#isInvite = isInvite;
    this.#user = user;
    this.#target = target;
    this.#targets = [target, ...(target.instead ?? [])];
  }

  begin(): void {
    this.#nextTarget();
  }

  /** CANCEL as soon as RFC 3261 section 9.1 allows it. Requests that are no INVITE just go on (9.1). */
  cancel(headers: readonly RawHeader[]): void {
    if (this.#state !== 'trying' || !this.#isInvite) return;
    this.#state = 'cancelling';
    this.#cancelHeaders = headers;
    if (!this.#transaction) this.#end(GIVEN_UP);
    else if (this.#isHeard) this.#sendCancel();
  }

  /** Ends it without a word to anybody. */
  abandon(): void {
    this.#state = 'over';
    this.#timer?.cancel();
  }

  #nextTarget(): void {
    const [target, ...others] = this.#targets;
    if (!target || this.#state !== 'trying') {
      this.#end(this.#failure.outcome, this.#failure.from);
      return;
    }
    this.#targets = others;
    this.#target = target;
    const { flow, flowOnly, via } = target;
    const channel = flow && this.#core.transports.to({ ...flow, flow: true });
    if (channel) this.#send(channel);
    else if (flowOnly) this.#failed(FLOW_FAILED);
    else if (via) this.#located([{ peer: via, demanded: true }]);
    else this.#locate();
  }

  #locate(): void {
    this.#core.locator.find(this.#user.nextHop(this.#target), located => {
      if (this.#state !== 'trying') return;
      if (located instanceof Error) {
        this.#core.log.info('sip request has no way', { reason: located.message });
        this.#failed(UNSENT);
      } else this.#located(located);
    });
  }

  #located(servers: readonly Target[]): void {
    this.#servers = servers;
    this.#nextServer();
  }

  #nextServer(): void {
    const [server, ...others] = this.#servers;
    if (!server || this.#state !== 'trying') {
      this.#nextTarget();
      return;
    }
    this.#servers = others;
    const channel = this.#core.transports.to(server.peer);
    if (channel) this.#send(this.#forSize(channel, server));
    else this.#failed(UNSENT);
  }

  /** RFC 3261 18.1.1: a large request leaves UDP, unless that was asked for or TCP has just failed there. */
  #forSize(channel: Channel, { peer, demanded }: Target): Channel {
    if (demanded || peer.transport !== 'udp') return channel;
    const stream: Peer = { ...peer, transport: 'tcp' };
    const larger = this.#core.locator.avoids(stream) ? undefined : this.#core.transports.to(stream);
    if (!larger || printMessage(this.#user.make(this.#target, channel)).length <= MOST_BY_UDP) return channel;
    this.#servers = [{ peer, demanded: true }, ...this.#servers];
    return larger;
  }

  #send(channel: Channel): void {
    const request = this.#user.make(this.#target, channel);
    const { peer } = channel;
    let transaction: ClientTransaction | undefined;
    const isCurrent = () => transaction !== undefined && this.#transaction === transaction;
    this.#isHeard = false;
    if (this.#isInvite) this.#waitForC();
    transaction = this.#core.transactions.send(request, channel, {
      response: response => {
        if (isCurrent()) this.#response(response, peer);
      },
      failed: why => {
        const tell = () => {
          if (isCurrent()) this.#unanswered(why, peer);
        };
        // A failure inside of `send` must not come before we know the transaction.
        if (transaction) tell();
        else queueMicrotask(tell);
      },
    });
    this.#transaction = transaction;
  }

  #response(response: SipResponse, from: Peer): void {
    const { status } = response;
    this.#isHeard = true;
    if (status < 200) this.#provisional(response, from);
    else if (status < 300) this.#accepted(response, from);
    else if (this.#state !== 'over') this.#refused(response, from);
  }

  #provisional(response: SipResponse, from: Peer): void {
    if (this.#state === 'over') return;
    if (this.#state === 'cancelling') this.#sendCancel();
    else if (this.#isInvite && response.status > 100) this.#waitForC();
    if (response.status > 100) this.#user.provisional(response, from);
  }

  #accepted(response: SipResponse, from: Peer): void {
    this.#core.locator.worked(from);
    const isFirst = this.#state !== 'over';
    this.#over();
    this.#user.accepted(response, from);
    if (isFirst) this.#user.ended();
  }

  #refused(response: SipResponse, from: Peer): void {
    const { status } = response;
    const { locator } = this.#core;
    if (status === 503) {
      locator.failed(from, secondsOf(response));
      // Nor has it room when it is asked by another transport.
      this.#servers = this.#servers.filter(({ peer }) => peer.address !== from.address || peer.port !== from.port);
    } else locator.worked(from);
    // RFC 3263 section 4.3 and RFC 5626 section 5.3: the next server, the next flow. Then what has been said is what counts.
    if (this.#state === 'trying' && (status === 503 || status === 430)) this.#failed(response, from);
    else this.#end(this.#ranOut && status === 487 ? NO_ANSWER : response, from);
  }

  #unanswered(why: 'timeout' | 'transport error', from: Peer): void {
    if (this.#state === 'over') return;
    // A flow that breaks while something is sent is one that is gone.
    const unsent = this.#target.flowOnly ? FLOW_FAILED : UNSENT;
    const outcome = why === 'timeout' ? NO_ANSWER : unsent;
    if (this.#isHeard || this.#state !== 'trying') {
      this.#end(outcome, from);
      return;
    }
    this.#core.locator.failed(from);
    this.#failed(outcome);
  }

  /** Goes on to the next server, or target. */
  #failed(outcome: Outcome, from?: Peer): void {
    this.#failure = { outcome, from };
    this.#transaction = undefined;
    this.#timer?.cancel();
    if (this.#servers.length > 0) this.#nextServer();
    else if (this.#targets.length > 0) this.#nextTarget();
    else queueMicrotask(() => this.#end(outcome, from));
  }

  /** RFC 3261 section 16.6 step 11 and 16.8. */
  #waitForC(): void {
    this.#timer?.cancel();
    this.#timer = this.#core.clock.after(this.#core.budgets.ringMillis, () => {
      this.#ranOut = true;
      if (this.#isHeard) this.cancel([['Reason', 'SIP;cause=408;text="No answer in time"']]);
      else this.#giveUp();
    });
  }

  #sendCancel(): void {
    const transaction = this.#transaction;
    if (!transaction) throw new Bug('CANCEL needs an INVITE that was sent');
    if (this.#isCancelSent) return;
    this.#isCancelSent = true;
    this.#core.transactions.send(cancelOf(transaction.request, this.#cancelHeaders), transaction.channel, NOTHING);
    this.#timer?.cancel();
    // 9.1: without an answer to the INVITE in this time it counts as cancelled.
    this.#timer = this.#core.clock.after(patience(this.#core.timers), () => this.#giveUp());
  }

  #giveUp(): void {
    this.#transaction?.abandon();
    this.#end(this.#ranOut ? NO_ANSWER : GIVEN_UP);
  }

  #over(): void {
    this.#state = 'over';
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #end(outcome: Outcome, from?: Peer): void {
    if (this.#state === 'over') return;
    this.#over();
    this.#user.refused(outcome, from);
  }
}

/** The seconds of Retry-After; undefined without any that can be read. */
function secondsOf(response: SipResponse): number | undefined {
  const value = response.header('retry-after');
  try {
    return value === undefined ? undefined : parseRetryAfter(value);
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined;
    throw thrown;
  }
}
