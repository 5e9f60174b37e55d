import { type Deferred, defer, type Timer } from '@parley/base';
import { CallRefused } from '../core/call-refused.ts';
import { answer, type Core, type Exchange } from '../core/core.ts';
import type { InviteTarget } from '../core/user-agent.ts';
import { type Event, parseEvent, printEvent, sameEvent } from '../message/event.ts';
import type { RawHeader, SipResponse } from '../message/message.ts';
import type { EventDialog } from './event-dialog.ts';
import type { Notification, SubscribeOptions, Subscription, SubscriptionEnd } from './events.ts';
import { HalfDialog } from './half-dialog.ts';
import { mediaTypeOf } from './media-range.ts';
import { eventOf } from './receive-event.ts';
import { retryOf } from './retry.ts';
import { type DialogEnd, MOST_TRIES, SubscriberDialog, secondsOf } from './subscriber-dialog.ts';
import type { Held } from './subscription-table.ts';

const AN_HOUR = 3_600;
const A_DAY = 86_400;
const MOST_NOTIFIERS = 16;
/** A subscription that lasted so long was no failure, milliseconds. */
const LONG_LIVED = 60_000;

/** A subscription of ours as the application sees it: one SUBSCRIBE after another, with the dialogs that each has led to. */
export class OutgoingSubscription implements Subscription, Held {
  readonly source = undefined;
  readonly #core: Core;
  readonly #target: InviteTarget;
  readonly #options: SubscribeOptions;
  readonly #event: Event;
  readonly #accept: readonly string[];
  readonly #abort = new AbortController();
  readonly #dialogs = new Set<SubscriberDialog>();
  readonly #ended: Deferred<void> = defer();
  #onNotify: (notification: Notification) => void = () => undefined;
  #expires: number;
  #half: HalfDialog | undefined;
  /** Whether the newest SUBSCRIBE was followed by a NOTIFY. */
  #notified = false;
  #beganAt = 0;
  #shortLived = 0;
  /** How often a 423 has made it longer. */
  #lengthened = 0;
  #retry: Timer | undefined;
  #leaving = false;

  /** Throws `SipParseError` when a URI or the event cannot be read. */
  constructor(core: Core, target: InviteTarget, options: SubscribeOptions) {
    this.#core = core;
    this.#target = target;
    this.#options = options;
    this.#event = parseEvent(options.event);
    this.#accept = options.accept.map(mediaTypeOf);
    this.#expires = options.expires ?? AN_HOUR;
    this.#subscribe();
    core.subscriptions.hold(this);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  onNotify(handler: (notification: Notification) => void): void {
    this.#onNotify = handler;
  }

  unsubscribe(): Promise<void> {
    if (!this.#leaving && !this.#abort.signal.aborted) {
      this.#leaving = true;
      this.#retry?.cancel();
      for (const dialog of this.#dialogs) dialog.unsubscribe();
      // Without a dialog there is nobody to tell, unless the first NOTIFY is still to come.
      if (this.#dialogs.size === 0 && !this.#half) this.#finish({ kind: 'unsubscribed' });
    }
    return this.#ended.promise;
  }

  close(): void {
    this.#finish({ kind: 'local' });
  }

  #subscribe(): void {
    const { from, to, headers = [], body } = this.#options;
    const all: RawHeader[] = [
      ['Event', printEvent(this.#event)],
      ['Expires', String(this.#expires)],
      ['Accept', this.#accept.join(', ')],
      ...headers,
    ];
    this.#notified = false;
    this.#beganAt = this.#core.clock.monotonic();
    const half = new HalfDialog(
      this.#core,
      { method: 'SUBSCRIBE', target: this.#target, from, to, headers: all, body },
      {
        answered: response => this.#answered(response),
        notified: (exchange, dialog) => this.#newNotifier(exchange, dialog),
        expired: () => this.#waitedForNotify(),
      },
    );
    this.#half = half;
  }

  #answered(response: SipResponse | CallRefused): void {
    const { status } = response;
    if (status < 300) {
      const seconds = secondsOf(response, 'expires');
      if (seconds !== undefined) for (const dialog of this.#dialogs) dialog.granted(seconds);
      return;
    }
    // Who has notified has taken it, even though the answer did not come.
    if (response instanceof CallRefused && this.#notified) return;
    const least = status === 423 ? (secondsOf(response, 'min-expires') ?? 0) : 0;
    this.#half?.close();
    this.#half = undefined;
    const isLonger = least > this.#expires && least <= A_DAY && this.#expires > 0;
    if (isLonger && this.#lengthened < MOST_TRIES && !this.#leaving) {
      this.#expires = least;
      this.#lengthened += 1;
      this.#subscribe();
    } else this.#finish({ kind: 'refused', status });
  }

  /** The first NOTIFY of a notifier. */
  #newNotifier(exchange: Exchange, dialog: () => EventDialog): void {
    const event = eventOf(exchange.request);
    const toTag = this.#half?.id.localTag;
    const most = Math.min(this.#options.notifiers ?? 1, MOST_NOTIFIERS);
    if (!event || !sameEvent(event, this.#event)) {
      answer(this.#core, exchange, { status: 489, toTag });
      return;
    }
    if (this.#dialogs.size >= most) {
      answer(this.#core, exchange, { status: 481, toTag });
      return;
    }
    const made = new SubscriberDialog(this.#core, {
      host: dialog(),
      event: this.#event,
      accept: this.#accept,
      expires: this.#expires,
      notified: notification => this.#onNotify(notification),
      ended: end => this.#left(made, end),
    });
    this.#dialogs.add(made);
    this.#take(made, exchange, event);
  }

  #take(made: SubscriberDialog, exchange: Exchange, event: Event): void {
    let isTaken = false;
    try {
      made.take(exchange, event);
      isTaken = true;
    } finally {
      // What could not be read makes no dialog.
      if (!isTaken) {
        made.close();
        this.#dialogs.delete(made);
      }
    }
    this.#notified = true;
    if (this.#leaving && this.#dialogs.has(made)) made.unsubscribe();
  }

  /** Timer N: no further notifiers are waited for. */
  #waitedForNotify(): void {
    this.#half = undefined;
    if (this.#notified) return;
    this.#finish(this.#leaving ? { kind: 'unsubscribed' } : { kind: 'no notify' });
  }

  /** A dialog is over; with the last one goes the subscription, or a new one is made. */
  #left(dialog: SubscriberDialog, { reason, retryAfter, status }: DialogEnd): void {
    this.#dialogs.delete(dialog);
    if (this.#dialogs.size > 0) return;
    if (this.#leaving) this.#finish({ kind: 'unsubscribed' });
    else if (this.#expires === 0) this.#finish({ kind: 'fetched' });
    else if (status !== undefined) this.#finish({ kind: 'refused', status });
    else this.#again(reason, retryAfter);
  }

  #again(reason: string, retryAfter: number | undefined): void {
    const { clock, ids } = this.#core;
    this.#half?.close();
    this.#half = undefined;
    if (clock.monotonic() - this.#beganAt >= LONG_LIVED) this.#shortLived = 0;
    const retry = retryOf({ reason, retryAfter, shortLived: this.#shortLived, fraction: ids.fraction() });
    this.#shortLived += 1;
    if (retry.kind === 'never') this.#finish({ kind: 'terminated', reason });
    else this.#retry = clock.after(retry.millis, () => this.#subscribe());
  }

  #finish(end: SubscriptionEnd): void {
    if (this.#abort.signal.aborted) return;
    this.#retry?.cancel();
    this.#half?.close();
    this.#half = undefined;
    for (const dialog of this.#dialogs) dialog.close();
    this.#dialogs.clear();
    this.#core.subscriptions.release(this);
    this.#abort.abort(end);
    this.#ended.resolve();
  }
}
