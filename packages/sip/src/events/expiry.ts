import type { Refusal } from '../core/user-agent.ts';
import { parseDeltaSeconds, singleHeader } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';

/** How long subscriptions of a package last, seconds. */
export interface ExpiryLimits {
  /** For a SUBSCRIBE that does not say. */
  readonly usual: number;
  /** Shorter ones are refused, but for 0. */
  readonly least: number;
  /** Longer ones are cut. */
  readonly most: number;
}

/** RFC 3842 section 3.4 leaves the usual time to the package's user; an hour is what phones ask for. */
export const DEFAULT_LIMITS: ExpiryLimits = { usual: 3_600, least: 60, most: 86_400 };

/**
 * The seconds that a SUBSCRIBE gets, or why not: 423 with Min-Expires (RFC 6665 section 4.2.1.1). Throws `SipParseError` for an
 * Expires that cannot be read.
 */
export function grantedExpiry(subscribe: SipRequest, { usual, least, most }: ExpiryLimits): number | Refusal {
  const text = singleHeader(subscribe, 'Expires');
  const asked = text === undefined ? usual : parseDeltaSeconds(text, 'Expires');
  if (asked > 0 && asked < least) return { status: 423, headers: [['Min-Expires', String(least)]] };
  return Math.min(asked, most);
}
