import type { SipRequest } from '../message/message.ts';
import type { Refusal } from './user-agent.ts';

/** Retry-After is spread by up to this part of it, so that those who were sent away do not come back all at once. */
const SPREAD = 0.5;
/** So much of a Call-ID decides how long its request is sent away. */
const LONGEST_SEED = 64;

/**
 * 503 with a Retry-After of about so many seconds, up to half as many more. The same for each copy of a request: who keeps nothing
 * of it has to answer all of them alike (RFC 3261 8.2.7).
 */
export function sentAway(request: SipRequest, seconds: number): Refusal {
  const spread = Math.ceil(seconds * (1 + fractionOf(request) * SPREAD));
  return { status: 503, headers: [['Retry-After', String(Math.max(1, spread))]] };
}

/** From 0 to 1, by Call-ID. Who chooses his Call-ID chooses how long he is to wait, which is his to break anyway. */
function fractionOf(request: SipRequest): number {
  const seed = request.header('call-id')?.slice(0, LONGEST_SEED) ?? '';
  let mixed = 0x811c9dc5;
  for (let at = 0; at < seed.length; at++) mixed = Math.imul(mixed ^ seed.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}
