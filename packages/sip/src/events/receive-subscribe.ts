import { allowEvents, answer, type Core, contactOf, type Exchange } from '../core/core.ts';
import type { DialogHost } from '../core/dialog-host.ts';
import type { Refusal } from '../core/user-agent.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import type { Event } from '../message/event.ts';
import { EventDialog } from './event-dialog.ts';
import type { EventPackage, SubscribeGrant } from './events.ts';
import { DEFAULT_LIMITS, grantedExpiry } from './expiry.ts';
import { IncomingSubscription } from './incoming-subscription.ts';
import { accepts } from './media-range.ts';
import { answering, checkReachable, eventOf, tagFor } from './receive-event.ts';

/** Seconds that a subscriber is asked to stay away when our table is full. */
const FULL: Refusal = { status: 503, headers: [['Retry-After', '60']] };

/** The package of the subscriptions that a REFER makes. */
export const REFER = 'refer';

/** A SUBSCRIBE outside any dialog (RFC 6665 section 4.2.1). */
export function receiveSubscribe(core: Core, packages: ReadonlyMap<string, EventPackage>, exchange: Exchange): void {
  answering(core, exchange, () => {
    const event = eventOf(exchange.request);
    const wanted = event && packages.get(event.package);
    if (!wanted) refuse(core, exchange, event?.package === REFER ? { status: 403 } : badEvent(core));
    else subscribe(core, exchange, { event, wanted });
  });
}

/** RFC 6665 section 7.2. RFC 3515 section 2.4.4 has no way to subscribe to a REFER but the REFER itself. */
function badEvent(core: Core): Refusal {
  return { status: 489, headers: allowEvents(core) };
}

interface Wanted {
  readonly event: Event;
  readonly wanted: EventPackage;
}

function subscribe(core: Core, exchange: Exchange, asked: Wanted): void {
  const decided = decide(core, exchange, asked);
  if ('status' in decided) refuse(core, exchange, decided);
  else accept(core, exchange, decided);
}

function decide(core: Core, { request, transaction }: Exchange, { event, wanted }: Wanted): Accepted | Refusal {
  const { channel } = transaction;
  checkReachable(request);
  const { expires: limits = DEFAULT_LIMITS, contentType } = wanted;
  const expires = grantedExpiry(request, limits);
  if (typeof expires !== 'number') return expires;
  if (!accepts(request, contentType)) return { status: 406, headers: [['Accept', contentType]] };
  if (!core.subscriptions.hasRoom(channel)) return FULL;
  const grant = wanted.onSubscribe({ event, request, source: channel.peer, expires });
  if ('status' in grant) return grant;
  return { event, limits, expires: Math.min(grant.expires ?? expires, expires), grant };
}

interface Accepted {
  readonly event: Event;
  readonly limits: typeof DEFAULT_LIMITS;
  readonly expires: number;
  readonly grant: SubscribeGrant;
}

function accept(core: Core, exchange: Exchange, { event, limits, expires, grant }: Accepted): void {
  const { request, transaction } = exchange;
  const { channel } = transaction;
  const toTag = core.ids.tag();
  const host = new EventDialog(core, DialogState.ofServer(request, toTag, channel.peer), channel.peer);
  const { state, pending = false } = grant;
  const subscription = new IncomingSubscription(core, {
    host,
    event,
    source: channel.peer.address,
    // A shorter grant holds for refreshes too.
    limits: expires > 0 ? { ...limits, most: Math.max(limits.least, expires) } : limits,
    expires,
    state,
    pending,
    isProven: channel.reliable,
  });
  answer(core, exchange, { status: 200, toTag, headers: [contactOf(channel), ['Expires', String(expires)]] });
  subscription.begin();
  if (expires > 0) grant.taken?.(subscription);
}

/** A SUBSCRIBE in a dialog: only what refreshes or ends a subscription there (RFC 6665 section 4.5.2 wants no new ones). */
export function receiveResubscribe(core: Core, exchange: Exchange, host: DialogHost): void {
  answering(core, exchange, () => {
    const event = eventOf(exchange.request);
    const subscription = event && core.subscriptions.find('notifier', host.id, event);
    if (subscription) subscription.take(exchange, event);
    else if (!event || !core.eventPackages.has(event.package)) refuse(core, exchange, badEvent(core));
    else refuse(core, exchange, { status: 481, reason: 'Subscription does not exist' });
  });
}

function refuse(core: Core, exchange: Exchange, refusal: Refusal): void {
  answer(core, exchange, { ...refusal, toTag: tagFor(core, exchange) });
}
