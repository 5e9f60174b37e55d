import type { Timer } from '@parley/base';
import type { RawHeader, SipRequest, SipResponse } from '../message/message.ts';
import type { Core } from './core.ts';
import {
  afterTooBrief,
  type SessionTerms,
  type SessionWish,
  termsAsClient,
  termsAsServer,
  wishHeaders,
} from './session-terms.ts';

/** RFC 4028 section 10: who gets no refresh hangs up the smaller of 32 s and a third before the session expires. */
const MARGIN_SECONDS = 32;
/** How long after a refresh that failed the next one is sent, as a part of the session's time. */
const AGAIN = 1 / 8;
/** Longest time that one timer of the system can wait; sessions of weeks are refreshed sooner. */
const LONGEST_SECONDS = 1_000_000;

export interface SessionTimerOptions {
  readonly wish: SessionWish;
  /** Sends a refresh; whatever answers it comes back through `answered`. */
  readonly refresh: () => void;
  /** There was no refresh in time. */
  readonly expired: () => void;
}

/** The session timer of one dialog (RFC 4028): who refreshes, when, and what happens without. Stands still before the first 2xx. */
export class SessionTimer {
  readonly #core: Core;
  readonly #options: SessionTimerOptions;
  #wish: SessionWish;
  #terms: SessionTerms | undefined;
  #refresh: Timer | undefined;
  #expiry: Timer | undefined;
  #stopped = false;

  constructor(core: Core, options: SessionTimerOptions) {
    this.#core = core;
    this.#options = options;
    this.#wish = options.wish;
  }

  /** What was agreed last. */
  get terms(): SessionTerms | undefined {
    return this.#terms;
  }

  /** The headers of a request of ours that refreshes. Its client is us, so the roles keep their holders. */
  ask(): readonly RawHeader[] {
    return wishHeaders(this.#wish, this.#terms && !this.#terms.weRefresh ? 'uas' : 'uac');
  }

  /** A request of the other side gets 2xx: the headers to add. */
  grant(request: SipRequest): readonly RawHeader[] {
    const { terms, headers } = termsAsServer(request, this.#wish, this.#terms?.weRefresh);
    this.#start(terms);
    return headers;
  }

  /** A request of ours has got 2xx. */
  granted(response: SipResponse): void {
    this.#start(termsAsClient(response, this.#wish));
  }

  /** A request of ours has got 422. Whether it makes sense to try again. */
  refused(response: SipResponse): boolean {
    const wish = afterTooBrief(this.#wish, response);
    this.#wish = wish ?? this.#wish;
    return wish !== undefined;
  }

  /** A refresh has failed in a way that does not end the call: another one, while there is time. */
  again(): void {
    if (!this.#stopped && this.#terms?.weRefresh) this.#refreshAfter(this.#terms.seconds * AGAIN);
  }

  stop(): void {
    this.#stopped = true;
    this.#refresh?.cancel();
    this.#expiry?.cancel();
  }

  #start(agreed: SessionTerms): void {
    if (this.#stopped) return;
    const terms = { ...agreed, seconds: Math.min(agreed.seconds, LONGEST_SECONDS) };
    this.#terms = terms;
    this.#refresh?.cancel();
    this.#expiry?.cancel();
    const { seconds, weRefresh } = terms;
    if (weRefresh) this.#refreshAfter(seconds / 2);
    const last = seconds - Math.min(MARGIN_SECONDS, seconds / 3);
    this.#expiry = this.#core.clock.after(last * 1000, () => this.#options.expired());
  }

  #refreshAfter(seconds: number): void {
    this.#refresh?.cancel();
    this.#refresh = this.#core.clock.after(seconds * 1000, () => this.#options.refresh());
  }
}
