import { lists, parseMinSe, parseSessionExpires, readable, singleHeader } from '../message/index.ts';
import type { RawHeader, SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import type { Refusal } from './user-agent.ts';

/** RFC 4028 section 5: what Min-SE means where it is missing, and the least that it may say. */
export const LEAST_SECONDS = 90;

/** What we ask for, seconds. */
export interface SessionWish {
  /** How long a session may go without a refresh. */
  readonly seconds: number;
  /** The shortest such time that we take part in, at least 90. */
  readonly minimum: number;
}

/** What both sides have agreed on. */
export interface SessionTerms {
  readonly seconds: number;
  /** Whether the refreshes are ours to send. */
  readonly weRefresh: boolean;
}

/** The headers of a request of ours (RFC 4028 7.1); `refresher` is who it is by now, or who we would like it to be. */
export function wishHeaders({ seconds, minimum }: SessionWish, refresher: 'uac' | 'uas'): readonly RawHeader[] {
  const expires: RawHeader = ['Session-Expires', `${seconds};refresher=${refresher}`];
  return minimum > LEAST_SECONDS ? [expires, ['Min-SE', String(minimum)]] : [expires];
}

/** The wish to try again with after a 422 (7.3); undefined when it asks for nothing that we have not offered. */
export function afterTooBrief(wish: SessionWish, response: SipResponse): SessionWish | undefined {
  const least = readable(() => minimumOf(response));
  if (least === undefined || least <= wish.seconds) return undefined;
  return { seconds: least, minimum: least };
}

/** 422 for a session that would have to be refreshed too often, but only for who knows what that means (RFC 4028 section 9). */
export function tooBrief(request: SipRequest, wish: SessionWish): Refusal | undefined {
  const asked = expiresOf(request);
  // Read even when nothing depends on it, so that nonsense is refused before it matters.
  minimumOf(request);
  if (!asked || asked.seconds >= wish.minimum || !knowsTimers(request)) return undefined;
  return { status: 422, headers: [['Min-SE', String(wish.minimum)]] };
}

/** How we answer a request with 2xx (section 9, table 2): never longer than asked for; the other side refreshes if it can and has not said otherwise. */
export function termsAsServer(
  request: SipRequest,
  wish: SessionWish,
  weRefreshNow = false,
): { readonly terms: SessionTerms; readonly headers: readonly RawHeader[] } {
  const asked = expiresOf(request);
  const ours = Math.max(wish.seconds, minimumOf(request), wish.minimum);
  const seconds = asked ? Math.min(asked.seconds, ours) : ours;
  const knows = knowsTimers(request);
  const refresher = knows ? (asked?.refresher ?? (weRefreshNow ? 'uas' : 'uac')) : 'uas';
  const headers: RawHeader[] = [['Session-Expires', `${seconds};refresher=${refresher}`]];
  if (knows) headers.push(['Require', 'timer']);
  return { terms: { seconds, weRefresh: refresher === 'uas' }, headers };
}

/**
 * What a 2xx to a request of ours says (7.2). Without Session-Expires (or one that can be read) the other side knows no timers: then
 * we refresh, so that we hear of its end. A time shorter than we allow, or longer than we asked for, which nobody may answer with
 * (section 9), is taken as ours; of a longer one the refreshes would come too late for us, so they are ours then.
 */
export function termsAsClient(response: SipResponse, wish: SessionWish): SessionTerms {
  const agreed = readable(() => expiresOf(response));
  if (!agreed) return { seconds: wish.seconds, weRefresh: true };
  const seconds = Math.min(Math.max(agreed.seconds, wish.minimum), wish.seconds);
  return { seconds, weRefresh: agreed.refresher !== 'uas' || agreed.seconds > wish.seconds };
}

function expiresOf(message: SipMessage) {
  const value = singleHeader(message, 'Session-Expires');
  return value === undefined ? undefined : parseSessionExpires(value);
}

function minimumOf(message: SipMessage): number {
  const value = singleHeader(message, 'Min-SE');
  return value === undefined ? LEAST_SECONDS : Math.max(parseMinSe(value), LEAST_SECONDS);
}

const knowsTimers = (request: SipRequest): boolean =>
  lists(request, 'supported', 'timer') || lists(request, 'require', 'timer');
