import type { Core } from '../core/core.ts';
import { send } from '../core/sender.ts';
import type { InviteTarget } from '../core/user-agent.ts';
import { parseEvent, printEvent } from '../message/event.ts';
import { parseUri } from '../message/index.ts';
import type { RawHeader } from '../message/message.ts';
import { addressText } from './address-text.ts';
import type { NotifyOptions } from './events.ts';

/**
 * Sends a NOTIFY that nobody subscribed to; resolves with the final status, 408 without an answer, 503 when it could not be sent.
 * Throws `SipParseError` when a URI or the event cannot be read.
 */
export function notifyUnsolicited(core: Core, target: InviteTarget, options: NotifyOptions): Promise<number> {
  const { body, headers = [] } = options;
  const nextHop = target.via ?? parseUri(target.uri);
  const all: RawHeader[] = [
    ['Max-Forwards', '70'],
    ['From', `${addressText(options.from)};tag=${core.ids.tag()}`],
    ['To', addressText(options.to ?? target.uri)],
    ['Call-ID', core.ids.callId()],
    ['CSeq', '1 NOTIFY'],
    ['Event', printEvent(parseEvent(options.event))],
    // The header must be there (RFC 6665 section 8.1.2), and there is no subscription.
    ['Subscription-State', 'terminated;reason=noresource'],
    ...headers,
  ];
  return new Promise(resolve => {
    send(
      core,
      { method: 'NOTIFY', uri: target.uri, headers: all, body, nextHop, withContact: true },
      {
        response: ({ status }) => {
          if (status >= 200) resolve(status);
        },
        failed: why => resolve(why === 'timeout' ? 408 : 503),
      },
    );
  });
}
