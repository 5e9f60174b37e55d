import { Bug } from '@parley/base';
import { addressText } from '../events/address-text.ts';
import { parseUri } from '../message/index.ts';
import type { RawHeader, SipResponse } from '../message/message.ts';
import { CallRefused } from './call-refused.ts';
import type { Core } from './core.ts';
import { send } from './sender.ts';
import type { InviteTarget, RequestOptions } from './user-agent.ts';

/** Requests that are more than one question and one answer, or belong into a dialog. */
const OTHERS = new Set(['ACK', 'BYE', 'CANCEL', 'INVITE', 'PRACK', 'REFER', 'SUBSCRIBE', 'UPDATE']);
/** Requests that say where we are: others may carry a Contact, or must not (MESSAGE, RFC 3428 section 4). */
const WITH_CONTACT = new Set(['NOTIFY', 'REGISTER']);

/**
 * Sends a request outside any dialog and resolves with its final answer, whatever that is; rejects with `CallRefused` 408 when none
 * came, and 503 when it could not be sent. Throws `SipParseError` when a URI cannot be read, and `Bug` for a method of a dialog.
 */
export function requestOutside(core: Core, target: InviteTarget, options: RequestOptions): Promise<SipResponse> {
  const { method, body, sequence = 1, headers = [] } = options;
  if (OTHERS.has(method)) throw new Bug(`${method} is not sent as a request by itself`);
  const nextHop = target.via ?? parseUri(target.uri);
  const all: RawHeader[] = [
    ['Max-Forwards', '70'],
    ['From', `${addressText(options.from)};tag=${core.ids.tag()}`],
    ['To', addressText(options.to ?? target.uri)],
    ['Call-ID', options.callId ?? core.ids.callId()],
    ['CSeq', `${sequence} ${method}`],
    ...headers,
  ];
  const withContact = WITH_CONTACT.has(method) && !headers.some(([name]) => /^(contact|m)$/i.test(name));
  return new Promise((resolve, reject) => {
    send(
      core,
      { method, uri: target.uri, headers: all, body, nextHop, withContact },
      {
        response: response => {
          if (response.status >= 200) resolve(response);
        },
        failed: why => reject(new CallRefused(why === 'timeout' ? 408 : 503)),
      },
    );
  });
}
