import { defer, type Timer } from '@parley/base';
import type { RawHeader, SipResponse } from '../message/message.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import { patience } from '../transaction/sip-timers.ts';
import { CallRefused } from './call-refused.ts';
import { type Core, capabilities } from './core.ts';
import type { DialogParts } from './dialog-parts.ts';
import { ProvisionalOrder } from './provisional-order.ts';
import { type SenderUser, SentAck, send } from './sender.ts';
import { sdpOf } from './session-body.ts';
import type { Body } from './user-agent.ts';

export interface OutgoingOfferOptions {
  readonly parts: DialogParts;
  readonly method: 'INVITE' | 'UPDATE';
  /** The offer; an UPDATE without one refreshes the session and the target only. */
  readonly sdp: Body | undefined;
  /** Acknowledges a reliable provisional response (RFC 3262). */
  readonly prack: (rack: string) => void;
  /** The other side does not know the dialog, or does not answer: it is over (RFC 3261 12.2.1.2). */
  readonly lost: (kind: 'timeout' | 'rejected' | 'transport failed') => void;
}

/** How often a glare, or a 422, is met with another try. */
const MOST_TRIES = 4;
/** The longest Retry-After that is waited for, seconds: RFC 3261 14.2 and RFC 3311 5.2 ask for at most that. */
const LONGEST_WAIT = 10;

/** A re-INVITE or UPDATE of ours: waits for its turn, and is tried again when both sides send one at once (RFC 3261 14.1, RFC 3311 5.1). */
export class OutgoingOffer implements SenderUser {
  readonly #core: Core;
  readonly #options: OutgoingOfferOptions;
  readonly #outcome = defer<Body | undefined>();
  readonly #forget: () => void;
  #order = new ProvisionalOrder();
  #tries = 0;
  #wait: Timer | undefined;
  #patience: Timer | undefined;
  #transaction: ClientTransaction | undefined;
  #ack: SentAck | undefined;
  #underWay = false;
  /** What a reliable provisional response has answered already. */
  #answer: Body | undefined;

  constructor(core: Core, options: OutgoingOfferOptions) {
    this.#core = core;
    this.#options = options;
    this.#forget = options.parts.leg.onEnd(() => this.#settle(new CallRefused(487, 'The Call Is Over')));
    this.#try();
  }

  /** Body of the 2xx, or the answer that came before it; rejects with `CallRefused`. */
  get result(): Promise<Body | undefined> {
    return this.#outcome.promise;
  }

  began(transaction: ClientTransaction): void {
    this.#transaction = transaction;
    this.#order = new ProvisionalOrder();
  }

  wanted(): boolean {
    return !this.#options.parts.leg.over;
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status < 200) this.#provisional(response);
    else if (status < 300) this.#accepted(response);
    else this.#refused(response);
  }

  failed(why: 'timeout' | 'transport error'): void {
    this.#done();
    this.#settle(new CallRefused(why === 'timeout' ? 408 : 503));
    this.#options.lost(why === 'timeout' ? 'timeout' : 'transport failed');
  }

  #try(): void {
    const { method, sdp, parts } = this.#options;
    // What is under way has its own end, at the latest after 64*T1.
    if (!parts.turns.ours(method, sdp !== undefined)) {
      this.#tryIn(this.#core.timers.T1);
      return;
    }
    this.#tries += 1;
    const { uri, routes, nextHop } = parts.state.routing();
    this.#ack = undefined;
    this.#begin();
    const session = parts.session?.ask() ?? [];
    const headers = [
      ...parts.state.headers(method, parts.state.nextSequence(), routes),
      ...capabilities(this.#core),
      ...session,
    ] satisfies RawHeader[];
    const numbers = parts.state;
    send(this.#core, { method, uri, headers, body: sdp, nextHop, withContact: true, numbers }, this);
  }

  #begin(): void {
    const { method, sdp, parts } = this.#options;
    this.#underWay = true;
    if (method === 'UPDATE') parts.turns.updating('ours', true);
    else {
      parts.turns.inviting = 'ours';
      this.#waitForFinal();
    }
    if (sdp) parts.turns.offered('ours', sdp, method);
  }

  /** RFC 6141 section 3.3: a reliable provisional response moves the target and, with a description, has the answer. */
  #provisional(response: SipResponse): void {
    if (this.#options.method === 'INVITE') this.#waitForFinal();
    const arrival = this.#order.take(response);
    if (arrival.kind !== 'new') return;
    const { parts, prack } = this.#options;
    parts.state.refreshTarget(response);
    const answer = sdpOf(response);
    if (answer && this.#isOpen()) {
      this.#answer = answer;
      parts.turns.answered();
    }
    prack(arrival.rack);
  }

  #accepted(response: SipResponse): void {
    if (this.#ack) {
      this.#ack.again();
      return;
    }
    const { method, parts } = this.#options;
    const answer = sdpOf(response) ?? this.#answer;
    if (answer && this.#isOpen()) parts.turns.answered();
    this.#done();
    parts.state.refreshTarget(response);
    if (method === 'INVITE') {
      const { uri, routes, nextHop } = parts.state.routing();
      this.#ack = new SentAck(this.#core, {
        method: 'ACK',
        uri,
        // With credentials added on the way the request that is answered has a higher number than the first one.
        headers: parts.state.headers('ACK', response.cseq.number, routes),
        nextHop,
      });
    }
    if (!parts.leg.over) parts.session?.granted(response);
    this.#settle(undefined, answer);
  }

  #refused(response: SipResponse): void {
    this.#done();
    const { status } = response;
    if (this.#tries < MOST_TRIES && !this.#options.parts.leg.over) {
      const wait = this.#waitFor(response);
      if (wait !== undefined) {
        this.#tryIn(wait);
        return;
      }
    }
    this.#settle(CallRefused.by(response));
    if (status === 408 || status === 481) this.#options.lost(status === 408 ? 'timeout' : 'rejected');
  }

  /** How long until another try makes sense, milliseconds; undefined when it makes none. */
  #waitFor(response: SipResponse): number | undefined {
    const { status } = response;
    const { session, isCaller } = this.#options.parts;
    if (status === 422) return session?.refused(response) ? 0 : undefined;
    if (status === 500) return retryAfter(response);
    if (status !== 491) return undefined;
    // RFC 3261 14.1: who owns the Call-ID waits 2.1 to 4 s, the other one 0 to 2 s, in steps of 10 ms.
    const fraction = this.#core.ids.fraction();
    return (isCaller ? 210 + Math.floor(fraction * 191) : Math.floor(fraction * 201)) * 10;
  }

  #tryIn(millis: number): void {
    this.#wait = this.#core.clock.after(millis, () => this.#try());
  }

  #isOpen(): boolean {
    return this.#underWay && this.#options.sdp !== undefined && this.#options.parts.turns.open === 'ours';
  }

  /** A provisional answer alone must not keep the transaction for ever. */
  #waitForFinal(): void {
    this.#patience?.cancel();
    this.#patience = this.#core.clock.after(2 * patience(this.#core.timers), () => {
      this.#transaction?.abandon();
      this.failed('timeout');
    });
  }

  /** It has its final answer, or will have none. */
  #done(): void {
    const { method, parts } = this.#options;
    this.#patience?.cancel();
    this.#patience = undefined;
    if (!this.#underWay) return;
    if (this.#isOpen()) parts.turns.withdrawn();
    this.#underWay = false;
    if (method === 'UPDATE') parts.turns.updating('ours', false);
    else parts.turns.inviting = undefined;
  }

  #settle(refused: CallRefused | undefined, body?: Body): void {
    this.#wait?.cancel();
    this.#forget();
    if (refused) this.#outcome.reject(refused);
    else this.#outcome.resolve(body);
  }
}

/** Retry-After in milliseconds when it is a short one, as a glare has. */
function retryAfter(response: SipResponse): number | undefined {
  const seconds = Number.parseInt(response.header('retry-after') ?? '', 10);
  return seconds >= 0 && seconds <= LONGEST_WAIT ? seconds * 1000 : undefined;
}
