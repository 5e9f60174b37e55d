import { CallRefused } from '../core/call-refused.ts';
import type { Core } from '../core/core.ts';
import { requestOutside } from '../core/outgoing-request.ts';
import type { InviteTarget } from '../core/user-agent.ts';
import { parseEvent, printEvent } from '../message/event.ts';
import type { RawHeader } from '../message/message.ts';
import type { NotifyOptions } from './events.ts';

/**
 * Sends a NOTIFY that nobody subscribed to; resolves with the final status, 408 without an answer, 503 when it could not be sent.
 * Rejects with `SipParseError` when a URI or the event cannot be read.
 */
export async function notifyUnsolicited(core: Core, target: InviteTarget, options: NotifyOptions): Promise<number> {
  const { event, headers = [], ...others } = options;
  const all: RawHeader[] = [
    ['Event', printEvent(parseEvent(event))],
    // The header must be there (RFC 6665 section 8.1.2), and there is no subscription.
    ['Subscription-State', 'terminated;reason=noresource'],
    ...headers,
  ];
  try {
    return (await requestOutside(core, target, { ...others, method: 'NOTIFY', headers: all })).status;
  } catch (thrown) {
    if (thrown instanceof CallRefused) return thrown.status;
    throw thrown;
  }
}
