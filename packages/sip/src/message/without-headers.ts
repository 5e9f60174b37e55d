import { BuiltFields } from './fields.ts';
import { headerId } from './header-names.ts';
import type { RawHeader, SipMessage, SipRequest, SipResponse } from './message.ts';
import { TypedRequest, TypedResponse } from './typed-message.ts';

/**
 * A message without some headers, whatever their form: long or compact, in any case, folded, doubled. The same object when none of
 * them is there. Names are long ones.
 */
export function withoutHeaders(message: SipRequest, names: readonly string[]): SipRequest;
export function withoutHeaders(message: SipResponse, names: readonly string[]): SipResponse;
export function withoutHeaders(message: SipMessage, names: readonly string[]): SipMessage {
  if (names.every(name => message.header(name) === undefined)) return message;
  const headers = message.headers.filter(header => !isOneOf(header, names));
  const parts = { fields: new BuiltFields(headers), body: message.body };
  return message.kind === 'request'
    ? new TypedRequest(message.method, message.uri, parts)
    : new TypedResponse(message.status, message.reason, parts);
}

function isOneOf([written]: RawHeader, names: readonly string[]): boolean {
  const id = headerId(written);
  return names.some(name => (id === 0 ? written.toLowerCase() === name.toLowerCase() : id === headerId(name)));
}
