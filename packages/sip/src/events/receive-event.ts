import { answer, type Core, type Exchange } from '../core/core.ts';
import { type Event, parseEvent } from '../message/event.ts';
import { SipParseError, singleHeader } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';

/** The Event of a SUBSCRIBE or NOTIFY; undefined without one, which is a bad event (RFC 6665 section 7.2). Throws `SipParseError`. */
export function eventOf(request: SipRequest): Event | undefined {
  const text = singleHeader(request, 'Event');
  return text === undefined ? undefined : parseEvent(text);
}

/** Runs what answers a request; a header or body that cannot be read is answered with the reason. */
export function answering(core: Core, exchange: Exchange, run: () => void): void {
  try {
    run();
  } catch (thrown) {
    if (!(thrown instanceof SipParseError)) throw thrown;
    const { status, message } = thrown;
    answer(core, exchange, { status, reason: message, toTag: tagFor(core, exchange) });
  }
}

/** The tag of our answer: the dialog's, or a new one. */
export function tagFor(core: Core, { request }: Exchange): string {
  return request.to.parameters.get('tag') ?? core.ids.tag();
}

/** RFC 3261 12.1.1: without exactly one address of the other side there is nobody to send a NOTIFY to. */
export function checkReachable({ contacts }: SipRequest): void {
  const scheme = contacts[0]?.uri.scheme;
  if (contacts.length !== 1 || (scheme !== 'sip' && scheme !== 'sips'))
    throw new SipParseError('Contact', 'exactly one SIP URI is needed');
}
