import type { Timer } from '@parley/base';
import { CallRefused } from '../core/call-refused.ts';
import { answer, type Core, type Exchange } from '../core/core.ts';
import type { DialogHost } from '../core/dialog-host.ts';
import type { DialogId } from '../dialog/dialog-state.ts';
import { type Event, printEvent, sameEvent } from '../message/event.ts';
import { parseDeltaSeconds, SipParseError, singleHeader } from '../message/index.ts';
import type { RawHeader, SipResponse } from '../message/message.ts';
import { parseSubscriptionState, type SubscriptionState } from '../message/subscription-state.ts';
import { patience } from '../transaction/sip-timers.ts';
import type { Notification } from './events.ts';
import { mediaTypeOf } from './media-range.ts';
import { bodyOf } from './receive-notify.ts';
import type { DialogSubscription } from './subscription-table.ts';

/** Answers to a refresh after which there is no subscription any more (RFC 6665 section 4.1.2.2, RFC 5057 section 5.1). */
const ENDINGS: ReadonlySet<number> = new Set([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);

/** A refresh goes out between these parts of the time, so that subscriptions that began together do not stay together. */
const EARLIEST_REFRESH = 0.75;
const LATEST_REFRESH = 0.9;

/** Longest time that a notifier may set, seconds: a day. */
const LONGEST = 86_400;

/** How often a 423 is met with a longer time: a notifier that asks for one more second each time is not humoured. */
export const MOST_TRIES = 4;

/** How a subscription in one dialog ended. */
export interface DialogEnd {
  /** RFC 6665 section 4.1.3; 'timeout' when it was not renewed in time, 'deactivated' when the notifier forgot it. */
  readonly reason: string;
  readonly retryAfter: number | undefined;
  /** Answer to the refresh that was refused for good. */
  readonly status?: number;
}

export interface SubscriberDialogOptions {
  readonly host: DialogHost;
  readonly event: Event;
  /** Types of bodies that are understood, in lower case. */
  readonly accept: readonly string[];
  /** Seconds to ask for. */
  readonly expires: number;
  readonly notified: (notification: Notification) => void;
  readonly ended: (end: DialogEnd) => void;
}

/** A subscription of ours with one notifier, from its first NOTIFY to its last (RFC 6665 section 4.1). */
export class SubscriberDialog implements DialogSubscription {
  readonly role = 'subscriber';
  readonly #core: Core;
  readonly #options: SubscriberDialogOptions;
  readonly #letGo: () => void;
  #expires: number;
  #expiry: Timer | undefined;
  #refresh: Timer | undefined;
  #leaving = false;
  #gone = false;

  constructor(core: Core, options: SubscriberDialogOptions) {
    this.#core = core;
    this.#options = options;
    this.#expires = options.expires;
    this.#letGo = options.host.retain();
    core.subscriptions.add(this);
  }

  get dialog(): DialogId {
    return this.#options.host.id;
  }

  matches(event: Event): boolean {
    return sameEvent(event, this.#options.event);
  }

  /** A NOTIFY. Throws `SipParseError` without a readable Subscription-State (400), and for a body of a type we did not ask for (415). */
  take(exchange: Exchange, event: Event): void {
    const { request, transaction } = exchange;
    const text = singleHeader(request, 'Subscription-State');
    if (text === undefined) throw new SipParseError('Subscription-State', 'missing');
    const state = parseSubscriptionState(text);
    const body = bodyOf(request);
    if (body && !this.#options.accept.includes(mediaTypeOf(body.type)))
      throw new SipParseError('Content-Type', 'not among those that were asked for', { status: 415 });
    this.#options.host.refreshTarget(request, transaction.channel.peer);
    answer(this.#core, exchange, { status: 200, toTag: this.dialog.localTag });
    this.#options.notified({ event, state, body, request, source: transaction.channel.peer });
    if (!this.#gone) this.#follow(state);
  }

  /** What the 2xx to our SUBSCRIBE said, for a notifier whose NOTIFYs do not say. */
  granted(seconds: number): void {
    if (!this.#expiry) this.#prolong(seconds);
  }

  /** Ends it by SUBSCRIBE; over at the last NOTIFY, or when that does not come (timer N). */
  unsubscribe(): void {
    if (this.#leaving || this.#gone) return;
    this.#leaving = true;
    this.#refresh?.cancel();
    this.#expiry?.cancel();
    this.#expiry = this.#core.clock.after(patience(this.#core.timers), () => this.#end('timeout'));
    void this.#subscribe(0).then(({ status }) => {
      if (status >= 300) this.#end('timeout');
    });
  }

  /** Ends it without another message; nobody is told. */
  close(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#expiry?.cancel();
    this.#refresh?.cancel();
    this.#core.subscriptions.remove(this);
    this.#letGo();
  }

  #follow({ state, reason, expires, retryAfter }: SubscriptionState): void {
    if (state === 'terminated') this.#end(reason, retryAfter);
    else if (expires !== undefined && !this.#leaving) this.#prolong(expires);
    else if (!this.#expiry) this.#prolong(this.#expires);
  }

  /** So many seconds are left. A notifier may shorten what was asked for, and must not lengthen it (RFC 6665 section 4.1.2.1). */
  #prolong(seconds: number): void {
    const millis = Math.min(Math.max(1, seconds), Math.max(this.#expires, 1), LONGEST) * 1000;
    const spread = LATEST_REFRESH - EARLIEST_REFRESH;
    const refreshAt = millis * (EARLIEST_REFRESH + spread * this.#core.ids.fraction());
    this.#expiry?.cancel();
    this.#refresh?.cancel();
    this.#expiry = this.#core.clock.after(millis, () => this.#end('timeout'));
    this.#refresh = this.#core.clock.after(refreshAt, () => void this.#renew());
  }

  async #renew(tries = 1): Promise<void> {
    const response = await this.#subscribe(this.#expires);
    if (this.#gone || this.#leaving) return;
    const { status } = response;
    if (status < 300) this.#prolong(secondsOf(response, 'expires') ?? this.#expires);
    else if (status === 423) this.#askForLonger(response, tries);
    else if (status === 481) this.#end('deactivated');
    else if (ENDINGS.has(status)) this.#end('', undefined, status);
    // Else what was granted before holds to its end (RFC 6665 section 4.1.2.2), and is tried anew after that.
  }

  #askForLonger(response: SipResponse | CallRefused, tries: number): void {
    const least = secondsOf(response, 'min-expires') ?? 0;
    if (least <= this.#expires || least > LONGEST || tries >= MOST_TRIES) return;
    this.#expires = least;
    void this.#renew(tries + 1);
  }

  #subscribe(expires: number): Promise<SipResponse | CallRefused> {
    const { host, event, accept } = this.#options;
    const headers: RawHeader[] = [
      ['Event', printEvent(event)],
      ['Expires', String(expires)],
      ['Accept', accept.join(', ')],
    ];
    return host.ask('SUBSCRIBE', { headers, withContact: true });
  }

  #end(reason: string, retryAfter?: number, status?: number): void {
    if (this.#gone) return;
    this.close();
    this.#options.ended(status === undefined ? { reason, retryAfter } : { reason, retryAfter, status });
  }
}

/** Seconds that an answer says; undefined without a header that can be read. */
export function secondsOf(response: SipResponse | CallRefused, name: 'expires' | 'min-expires'): number | undefined {
  const value = response instanceof CallRefused ? undefined : response.header(name);
  if (value === undefined) return undefined;
  try {
    return parseDeltaSeconds(value, name);
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined;
    throw thrown;
  }
}
