import { shortestName } from '../message/header-names.ts';
import { printAnswer, type ResponseParts } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';

const CHALLENGES: ReadonlySet<string> = new Set(['WWW-Authenticate', 'Proxy-Authenticate']);

/**
 * The octets of a challenge (401, 407) to somebody who may have forged his address: a challenge is what he needs to prove it, and longer
 * than most of what a flood is made of. When it is longer than `most` it goes without Server, then with short names and no phrase (RFC
 * 3261 7.3.3, 7.2), then with fewer algorithms, the preferred ones staying (RFC 8760 section 2.3). Undefined when all of that is not enough.
 */
export function challengeWithin(request: SipRequest, parts: ResponseParts, most: number): Uint8Array | undefined {
  const whole = printAnswer(request, parts);
  if (whole.length <= most) return whole;
  const headers = (parts.headers ?? []).filter(([name]) => name !== 'Server');
  const withoutServer = printAnswer(request, { ...parts, headers });
  if (withoutServer.length <= most) return withoutServer;
  const others = headers.filter(([name]) => !CHALLENGES.has(name));
  const challenges = headers.filter(([name]) => CHALLENGES.has(name));
  for (let kept = challenges.length; kept > 0; kept--) {
    const short = { ...parts, reason: '', headers: [...others, ...challenges.slice(0, kept)] };
    const bytes = printAnswer(request, short, shortestName);
    if (bytes.length <= most) return bytes;
  }
  return undefined;
}
