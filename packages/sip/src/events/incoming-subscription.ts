import type { Timer } from '@parley/base';
import { answer, type Core, contactOf, type Exchange } from '../core/core.ts';
import type { DialogHost, Question } from '../core/dialog-host.ts';
import type { Body } from '../core/user-agent.ts';
import type { DialogId } from '../dialog/dialog-state.ts';
import { type Event, printEvent, sameEvent } from '../message/event.ts';
import { printSubscriptionState } from '../message/subscription-state.ts';
import type { EndReason, Subscriber, SubscriberEnd } from './events.ts';
import { type ExpiryLimits, grantedExpiry } from './expiry.ts';
import { NotifySender } from './notify-sender.ts';
import type { DialogSubscription, Held } from './subscription-table.ts';

export interface IncomingSubscriptionOptions {
  readonly host: DialogHost;
  readonly event: Event;
  /** Address that it came from. */
  readonly source: string;
  readonly limits: ExpiryLimits;
  /** Seconds; 0 for a fetch. */
  readonly expires: number;
  readonly state: Body | undefined;
  readonly pending: boolean;
  /** Whether its sender is known to be where the NOTIFYs go, or at least where he says. */
  readonly isProven: boolean;
}

interface Ending {
  readonly reason: EndReason;
  readonly retryAfter: number | undefined;
}

/** A subscription to us, from the answer to its SUBSCRIBE or REFER until its last NOTIFY is answered (RFC 6665 section 4.2). */
export class IncomingSubscription implements Subscriber, DialogSubscription, Held {
  readonly role = 'notifier';
  readonly event: Event;
  readonly source: string;
  readonly #core: Core;
  readonly #host: DialogHost;
  readonly #limits: ExpiryLimits;
  readonly #abort = new AbortController();
  readonly #sender: NotifySender;
  readonly #letGo: () => void;
  #state: Body | undefined;
  #pending: boolean;
  #expiresAt = 0;
  #expiry: Timer | undefined;
  /** Set once the last NOTIFY is due. */
  #ending: Ending | undefined;
  #gone = false;

  constructor(core: Core, options: IncomingSubscriptionOptions) {
    this.#core = core;
    this.#host = options.host;
    this.event = options.event;
    this.source = options.source;
    this.#limits = options.limits;
    this.#state = options.state;
    this.#pending = options.pending;
    this.#letGo = options.host.retain();
    this.#sender = new NotifySender(core, {
      host: options.host,
      gapMillis: core.budgets.notifyMillis,
      make: () => this.#notification(),
      mayWait: () => !this.#ending,
      delivered: isNewest => {
        core.subscriptions.trust(this);
        if (this.#ending && isNewest) this.#leave();
      },
      failed: status => {
        this.#over({ kind: 'notify failed', status });
        this.#leave();
      },
    });
    core.subscriptions.hold(this);
    if (!options.isProven) core.subscriptions.doubt(this);
    core.subscriptions.add(this);
    this.#prolong(options.expires);
  }

  get dialog(): DialogId {
    return this.#host.id;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Sends the first NOTIFY; to be called once the request has been answered. */
  begin(): void {
    if (this.#expiresAt <= this.#core.clock.monotonic()) this.#end({ kind: 'expired' }, 'timeout');
    else this.#sender.want(true);
  }

  matches(event: Event): boolean {
    return !this.#ending && sameEvent(event, this.event);
  }

  notify(state: Body): void {
    if (this.#ending) return;
    this.#state = state;
    if (!this.#pending) this.#sender.want(false);
  }

  activate(state: Body | undefined): void {
    if (this.#ending || !this.#pending) return;
    this.#pending = false;
    this.#state = state ?? this.#state;
    this.#sender.want(true);
  }

  terminate(reason: EndReason, retryAfter?: number): void {
    this.#end({ kind: 'terminated' }, reason, retryAfter);
  }

  /** Ends it with a state that there will be no other after, told in the last NOTIFY. */
  conclude(state: Body): void {
    if (this.#ending) return;
    this.#state = state;
    this.terminate('noresource');
  }

  /** A SUBSCRIBE in its dialog: refreshes or ends it, and is followed by a NOTIFY (RFC 6665 section 4.2.1.2). */
  take(exchange: Exchange): void {
    const granted = grantedExpiry(exchange.request, this.#limits);
    if (typeof granted !== 'number') {
      answer(this.#core, exchange, { ...granted, toTag: this.dialog.localTag });
      return;
    }
    const { channel } = exchange.transaction;
    this.#host.refreshTarget(exchange.request, channel.peer);
    const headers = [contactOf(channel), ['Expires', String(granted)] as const];
    answer(this.#core, exchange, { status: 200, headers, toTag: this.dialog.localTag });
    if (granted === 0) {
      this.#end({ kind: 'unsubscribed' }, 'timeout');
      return;
    }
    this.#prolong(granted);
    this.#sender.want(true);
  }

  close(): void {
    this.#over({ kind: 'local' });
    this.#leave();
  }

  #prolong(seconds: number): void {
    this.#expiry?.cancel();
    this.#expiresAt = this.#core.clock.monotonic() + seconds * 1000;
    if (seconds > 0)
      this.#expiry = this.#core.clock.after(seconds * 1000, () => this.#end({ kind: 'expired' }, 'timeout'));
  }

  #end(end: SubscriberEnd, reason: EndReason, retryAfter?: number): void {
    if (this.#ending || this.#gone) return;
    this.#ending = { reason, retryAfter };
    this.#sender.want(true);
    this.#over(end);
  }

  #notification(): Question {
    const body = this.#pending ? undefined : this.#state;
    const headers = [
      ['Event', printEvent(this.event)] as const,
      ['Subscription-State', printSubscriptionState(this.#subscriptionState())] as const,
    ];
    return body ? { headers, body } : { headers };
  }

  #subscriptionState() {
    if (this.#ending) return { state: 'terminated', expires: undefined, ...this.#ending };
    const left = Math.max(1, Math.ceil((this.#expiresAt - this.#core.clock.monotonic()) / 1000));
    return { state: this.#pending ? 'pending' : 'active', reason: '', expires: left, retryAfter: undefined };
  }

  /** The application hears of it; the last NOTIFY may still be under way. */
  #over(end: SubscriberEnd): void {
    this.#expiry?.cancel();
    if (!this.#abort.signal.aborted) this.#abort.abort(end);
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#sender.stop();
    this.#core.subscriptions.remove(this);
    this.#core.subscriptions.release(this);
    this.#letGo();
  }
}
