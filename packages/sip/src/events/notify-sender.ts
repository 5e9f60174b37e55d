import type { Timer } from '@parley/base';
import { CallRefused } from '../core/call-refused.ts';
import type { Core } from '../core/core.ts';
import type { DialogHost, Question } from '../core/dialog-host.ts';
import { parseRetryAfter, SipParseError } from '../message/index.ts';
import type { SipResponse } from '../message/message.ts';

/**
 * Answers after which the other side has no subscription any more, whatever else they say (RFC 5057 section 5.1, RFC 6665 section
 * 4.2.2).
 */
const ENDINGS: ReadonlySet<number> = new Set([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);

/** Longest pause that a subscriber may ask for, milliseconds. */
const LONGEST_PAUSE = 600_000;

export interface NotifySenderOptions {
  readonly host: DialogHost;
  /** Least time from one NOTIFY to the next, milliseconds. */
  readonly gapMillis: number;
  /** Makes the NOTIFY of what is true when it is sent. */
  readonly make: () => Question;
  /** Whether one that the subscriber wants later is still of use then. */
  readonly mayWait: () => boolean;
  /** It was taken; `isNewest` when no newer one waits. */
  readonly delivered: (isNewest: boolean) => void;
  /** There is no subscriber any more. */
  readonly failed: (status: number) => void;
}

/** Sends the NOTIFYs of one subscription, one after the other: what changes meanwhile is in the next one. */
export class NotifySender {
  readonly #core: Core;
  readonly #options: NotifySenderOptions;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Not before this moment, however urgent: the subscriber asked for it. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #asking = false;
  /** What waits to be told. */
  #due: 'nothing' | 'soon' | 'at once' = 'nothing';
  #timer: Timer | undefined;
  #stopped = false;

  constructor(core: Core, options: NotifySenderOptions) {
    this.#core = core;
    this.#options = options;
  }

  /** The state is another; `urgent` leaves the gap out, for what a SUBSCRIBE or an end demands. */
  want(urgent: boolean): void {
    if (this.#stopped) return;
    if (urgent) this.#due = 'at once';
    else if (this.#due === 'nothing') this.#due = 'soon';
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #next(): void {
    if (this.#stopped || this.#asking || this.#due === 'nothing') return;
    this.#timer?.cancel();
    const now = this.#core.clock.monotonic();
    const gapEnd = this.#due === 'soon' ? this.#lastAt + this.#options.gapMillis : now;
    const wait = Math.max(gapEnd, this.#pausedUntil) - now;
    if (wait > 0) this.#timer = this.#core.clock.after(wait, () => this.#next());
    else void this.#send();
  }

  async #send(): Promise<void> {
    const { host, make } = this.#options;
    this.#due = 'nothing';
    this.#asking = true;
    this.#lastAt = this.#core.clock.monotonic();
    const response = await host.ask('NOTIFY', { ...make(), withContact: true });
    this.#asking = false;
    if (!this.#stopped) this.#answered(response);
  }

  #answered(response: SipResponse | CallRefused): void {
    const { status } = response;
    const isPutOff = status >= 300 && !ENDINGS.has(status) && this.#options.mayWait();
    const pause = isPutOff ? pauseOf(response) : undefined;
    if (status >= 300 && pause === undefined) {
      this.#options.failed(status);
      return;
    }
    if (pause !== undefined) {
      // RFC 6665 section 4.2.2: with Retry-After it has not failed yet.
      this.#pausedUntil = this.#core.clock.monotonic() + pause;
      if (this.#due === 'nothing') this.#due = 'soon';
    }
    if (pause === undefined) this.#options.delivered(this.#due === 'nothing');
    this.#next();
  }
}

/** Milliseconds of Retry-After; undefined without one that can be read. */
function pauseOf(response: SipResponse | CallRefused): number | undefined {
  const value = response instanceof CallRefused ? undefined : response.header('retry-after');
  if (value === undefined) return undefined;
  try {
    return Math.min(parseRetryAfter(value) * 1000, LONGEST_PAUSE);
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined;
    throw thrown;
  }
}
