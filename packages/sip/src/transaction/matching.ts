import type { SipRequest, SipResponse } from '../message/message.ts';
import { DEFAULT_PORT } from '../transport/via.ts';

/** What branches made after RFC 3261 begin with (8.1.1.7). */
export const COOKIE = 'z9hG4bK';

/**
 * What a request has in common with its retransmissions (RFC 3261 17.2.3): branch, sent-by and method, ACK counting as INVITE.
 * `method` is given to find the INVITE that a CANCEL means.
 */
export function serverKey(request: SipRequest, method: string = request.method): string {
  const via = request.vias[0];
  const kind = method === 'ACK' ? 'INVITE' : method;
  // A bare cookie identifies nothing (RFC 4475 section 3.2.1), so it is treated like no branch.
  if (!via.branch.startsWith(COOKIE) || via.branch.length === COOKIE.length) return legacyKey(request, kind);
  return `${via.branch}|${via.host}:${via.port ?? DEFAULT_PORT}|${kind}`;
}

/** The rules for peers of RFC 2543. The To tag is left out: the ACK has ours, the INVITE has none; `isLegacyAck` looks at it. */
function legacyKey(request: SipRequest, kind: string): string {
  const via = request.vias[0];
  const sentBy = `${via.transport}|${via.host}:${via.port ?? DEFAULT_PORT}|${via.branch}`;
  const fromTag = request.from.parameters.get('tag') ?? '';
  return `2543|${request.uri}|${fromTag}|${request.callId}|${request.cseq.number}|${sentBy}|${kind}`;
}

/** Whether a key came from the rules of RFC 2543. */
export const isLegacy = (key: string): boolean => key.startsWith('2543|');

/** What a response has in common with the request it answers (RFC 3261 17.1.3). */
export function clientKey(message: SipRequest | SipResponse): string {
  return `${message.vias[0].branch}|${message.cseq.method}`;
}

/**
 * What two copies of one request have in common that reached us on different ways (RFC 3261 8.2.2.2); undefined inside a dialog,
 * where that cannot happen.
 */
export function mergeKey(request: SipRequest): string | undefined {
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined;
  if (request.to.parameters.has('tag')) return undefined;
  const fromTag = request.from.parameters.get('tag') ?? '';
  return `${fromTag}|${request.callId}|${request.cseq.number}|${request.method}`;
}
