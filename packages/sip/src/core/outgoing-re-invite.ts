import { defer, type Timer } from '@parley/base';
import type { DialogState } from '../dialog/dialog-state.ts';
import type { SipResponse } from '../message/message.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import { patience } from '../transaction/sip-timers.ts';
import { CallRefused } from './call-refused.ts';
import { type Core, capabilities } from './core.ts';
import type { Leg } from './leg.ts';
import { type SenderUser, SentAck, send } from './sender.ts';
import { sdpOf } from './session-body.ts';
import type { Body } from './user-agent.ts';

export interface OutgoingReInviteOptions {
  readonly state: DialogState;
  readonly leg: Leg;
  readonly sdp: Body;
  readonly isCaller: boolean;
  /** False while another INVITE of this dialog is under way, in either direction. */
  readonly mayBegin: () => boolean;
  /** Told when an INVITE of this one is under way, and when it is not any more. */
  readonly underWay: (under: OutgoingReInvite | undefined) => void;
  /** The other side does not know the dialog, or does not answer: it is over (RFC 3261 12.2.1.2). */
  readonly lost: (kind: 'timeout' | 'rejected' | 'transport failed') => void;
}

/** How often a glare is met with another try. */
const MOST_TRIES = 4;

/** A re-INVITE of ours, tried again after a random wait when both sides send one at once (RFC 3261 14.1). */
export class OutgoingReInvite implements SenderUser {
  readonly #core: Core;
  readonly #options: OutgoingReInviteOptions;
  readonly #outcome = defer<Body | undefined>();
  readonly #forget: () => void;
  #tries = 0;
  #sequence = 0;
  #wait: Timer | undefined;
  #patience: Timer | undefined;
  #transaction: ClientTransaction | undefined;
  #ack: SentAck | undefined;

  constructor(core: Core, options: OutgoingReInviteOptions) {
    this.#core = core;
    this.#options = options;
    this.#forget = options.leg.onEnd(() => this.#settle(new CallRefused(487, 'The Call Is Over')));
    this.#try();
  }

  /** Body of the 2xx; rejects with `CallRefused`. */
  get result(): Promise<Body | undefined> {
    return this.#outcome.promise;
  }

  began(transaction: ClientTransaction): void {
    this.#transaction = transaction;
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status < 200) {
      this.#waitForFinal();
      return;
    }
    this.#done();
    if (status < 300) {
      this.#accepted(response);
      return;
    }
    if (status === 491 && this.#tries < MOST_TRIES && !this.#options.leg.over) {
      this.#tryLater();
      return;
    }
    this.#settle(CallRefused.by(response));
    if (status === 408 || status === 481) this.#options.lost(status === 408 ? 'timeout' : 'rejected');
  }

  failed(why: 'timeout' | 'transport error'): void {
    this.#done();
    this.#settle(new CallRefused(why === 'timeout' ? 408 : 503));
    this.#options.lost(why === 'timeout' ? 'timeout' : 'transport failed');
  }

  #try(): void {
    // An INVITE that is under way here has its own end, at the latest after 64*T1.
    if (!this.#options.mayBegin()) {
      this.#tryIn(this.#core.timers.T1);
      return;
    }
    this.#tries += 1;
    const { state, sdp } = this.#options;
    const { uri, routes, nextHop } = state.routing();
    this.#sequence = state.nextSequence();
    this.#ack = undefined;
    this.#options.underWay(this);
    this.#waitForFinal();
    const headers = [...state.headers('INVITE', this.#sequence, routes), ...capabilities(this.#core)];
    send(this.#core, { method: 'INVITE', uri, headers, body: sdp, nextHop, withContact: true }, this);
  }

  /** RFC 3261 14.1: who owns the Call-ID waits 2.1 to 4 s, the other one 0 to 2 s, in steps of 10 ms. */
  #tryLater(): void {
    const fraction = this.#core.ids.fraction();
    const steps = this.#options.isCaller ? 210 + Math.floor(fraction * 191) : Math.floor(fraction * 201);
    this.#tryIn(steps * 10);
  }

  #tryIn(millis: number): void {
    this.#wait = this.#core.clock.after(millis, () => this.#try());
  }

  #accepted(response: SipResponse): void {
    if (this.#ack) {
      this.#ack.again();
      return;
    }
    const { state } = this.#options;
    state.refreshTarget(response);
    const { uri, routes, nextHop } = state.routing();
    const headers = state.headers('ACK', this.#sequence, routes);
    this.#ack = new SentAck(this.#core, { method: 'ACK', uri, headers, nextHop });
    this.#settle(undefined, sdpOf(response));
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
    this.#patience?.cancel();
    this.#patience = undefined;
    this.#options.underWay(undefined);
  }

  #settle(refused: CallRefused | undefined, body?: Body): void {
    this.#wait?.cancel();
    this.#forget();
    if (refused) this.#outcome.reject(refused);
    else this.#outcome.resolve(body);
  }
}
