import { allowEvents, answer, type Core, type Exchange } from '../core/core.ts';
import type { DialogHost } from '../core/dialog-host.ts';
import type { Body } from '../core/user-agent.ts';
import type { SipRequest } from '../message/message.ts';
import type { UnsolicitedHandler } from './events.ts';
import { answering, eventOf, tagFor } from './receive-event.ts';

/** A NOTIFY in a dialog: for a subscription of ours there, or for none (RFC 6665 section 4.1.3: 481). */
export function receiveNotify(core: Core, exchange: Exchange, host: DialogHost): void {
  answering(core, exchange, () => {
    const event = eventOf(exchange.request);
    const subscription = event && core.subscriptions.find('subscriber', host.id, event);
    if (subscription) subscription.take(exchange, event);
    else answer(core, exchange, { status: 481, reason: 'Subscription does not exist', toTag: host.id.localTag });
  });
}

/** A NOTIFY outside any dialog: for who has asked for its package (RFC 3842 section 2 allows lamps without a subscription), or for nobody. */
export function receiveUnsolicited(
  core: Core,
  handlers: ReadonlyMap<string, UnsolicitedHandler>,
  exchange: Exchange,
): void {
  answering(core, exchange, () => {
    const { request, transaction } = exchange;
    const toTag = tagFor(core, exchange);
    const event = eventOf(request);
    const handler = event && handlers.get(event.package);
    if (!handler) {
      answer(core, exchange, { status: 489, headers: allowEvents(core), toTag });
      return;
    }
    const status = handler({ event, request, source: transaction.channel.peer, body: bodyOf(request) });
    answer(core, exchange, { status, toTag });
  });
}

/** What a NOTIFY carries. */
export function bodyOf(request: SipRequest): Body | undefined {
  if (request.body.length === 0) return undefined;
  return { type: request.header('content-type') ?? 'application/octet-stream', content: request.body };
}
