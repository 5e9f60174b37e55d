import { Bug } from '@parley/base';
import { Cursor } from './cursor.ts';
import { parseDeltaSeconds } from './delta-seconds.ts';
import { isAll, TOKEN } from './octets.ts';
import { readParameters } from './parameters.ts';

/** Subscription-State (RFC 6665 section 8.2.3). */
export interface SubscriptionState {
  /** "active", "pending", "terminated" in lower case, or an extension of them. */
  readonly state: string;
  /** Why it was terminated, in lower case; '' when not said. */
  readonly reason: string;
  /** Seconds that the subscription has left. */
  readonly expires: number | undefined;
  /** Seconds before trying again. */
  readonly retryAfter: number | undefined;
}

/** Parses Subscription-State: "active;expires=3600". Throws `SipParseError`. */
export function parseSubscriptionState(text: string): SubscriptionState {
  const cursor = new Cursor(text, 'Subscription-State');
  cursor.skipBlanks();
  const state = cursor.take(TOKEN, 'a state').toLowerCase();
  const parameters = readParameters(cursor);
  cursor.expectEnd('";" or the end');
  const seconds = (name: string): number | undefined => {
    const value = parameters.get(name);
    return value === undefined ? undefined : parseDeltaSeconds(value, 'Subscription-State');
  };
  return {
    state,
    reason: (parameters.get('reason') ?? '').toLowerCase(),
    expires: seconds('expires'),
    retryAfter: seconds('retry-after'),
  };
}

/** Prints it. Throws `Bug` when state or reason is no token. */
export function printSubscriptionState({ state, reason, expires, retryAfter }: SubscriptionState): string {
  if (!isAll(state, TOKEN) || (reason !== '' && !isAll(reason, TOKEN)))
    throw new Bug('the state and the reason of a subscription are tokens');
  let text = state;
  if (reason !== '') text += `;reason=${reason}`;
  if (expires !== undefined) text += `;expires=${expires}`;
  if (retryAfter !== undefined) text += `;retry-after=${retryAfter}`;
  return text;
}
