/** What a subscriber does when a notifier ends its subscription (RFC 6665 section 4.1.3). */
export type Retry = { readonly kind: 'never' } | { readonly kind: 'after'; readonly millis: number };

/** Nothing will change by asking again. */
const FINAL: ReadonlySet<string> = new Set(['rejected', 'noresource', 'invariant']);
/** The subscription is welcome, at once and perhaps elsewhere. */
const WELCOME: ReadonlySet<string> = new Set(['deactivated', 'timeout']);

/** For notifiers that do not say when (probation, giveup, reasons that nobody knows), milliseconds. */
const A_WHILE = 60_000;
const LONGEST = 3_600_000;
/** First pause of a subscription that is ended again and again, doubled each time up to five minutes. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 300_000;

export interface Ended {
  /** In lower case, '' when not said. */
  readonly reason: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** Subscriptions before this one that were ended soon after they began. */
  readonly shortLived: number;
  /** [0, 1): spreads those who were ended together. */
  readonly fraction: number;
}

export function retryOf({ reason, retryAfter, shortLived, fraction }: Ended): Retry {
  if (FINAL.has(reason)) return { kind: 'never' };
  const backOff = shortLived === 0 ? 0 : Math.min(FIRST_PAUSE * 2 ** (shortLived - 1), LONGEST_PAUSE);
  if (WELCOME.has(reason)) return { kind: 'after', millis: backOff * (1 + fraction) };
  const asked = retryAfter === undefined ? A_WHILE * (1 + fraction) : Math.min(retryAfter * 1000, LONGEST);
  return { kind: 'after', millis: Math.max(asked, backOff) };
}
