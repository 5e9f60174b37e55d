import { TLSSocket } from 'node:tls';
import { type Clock, ParleyError } from '@parley/base';
import type { AccessRecords } from '@parley/directory';
import type { FastifyRequest } from 'fastify';
import type { WriteAudit } from './access-audit.ts';
import { Attempts, lineOf } from './attempts.ts';
import { principalOfCertificate } from './certificates.ts';
import { sessionSecretOf } from './cookies.ts';
import { FirstSeen } from './first-seen.ts';
import type { Principal } from './principal.ts';
import { isFromOwner, type SessionDesk } from './session-desk.ts';
import type { TokenDesk } from './token-desk.ts';

export interface AuthenticatorParts {
  readonly records: AccessRecords;
  readonly sessions: SessionDesk;
  readonly tokens: TokenDesk;
  readonly clock: Clock;
  readonly audit: WriteAudit;
}

/** The header that a page of ours sends with a session's cookie. */
export const CSRF_HEADER = 'x-parley-csrf';
/** Methods that change nothing (RFC 9110 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Tokens and certificates are shown with every request: the audit has them once in so long, from each address. */
const SEEN_MILLIS = 3_600_000;

/**
 * Who asks: by the first of a token, a session and a client certificate that the request has. One that is wrong is refused, not left
 * out for the next. Rejects with `UNAUTHENTICATED`, with `ORIGIN_REFUSED` for a change by a session without its word, and with
 * `TOO_MANY_REQUESTS` for whoever guesses.
 */
export function authenticator(parts: AuthenticatorParts): (request: FastifyRequest) => Promise<Principal> {
  const guesses = new Attempts(parts.clock, { burst: 20, everyMillis: 3000 });
  const seen = new FirstSeen(parts.clock, SEEN_MILLIS);
  const refused = async (request: FastifyRequest, how: string) => {
    guesses.take(lineOf(request.ip));
    const parameters = { how, address: request.ip };
    await parts.audit({ who: '(unknown)', cmdlet: 'sign-in', outcome: 'refused', detail: { parameters } });
    return new ParleyError('UNAUTHENTICATED', `this ${how} is nobody’s, or is over: sign in`);
  };
  const welcome = async (principal: Principal, request: FastifyRequest) => {
    if (!seen.isFirst(`${principal.how} ${principal.name} ${request.ip}`)) return principal;
    const { name, organization, how } = principal;
    const detail = { parameters: { how, address: request.ip } };
    const whose = organization === undefined ? {} : { organization };
    await parts.audit({ who: name, ...whose, cmdlet: 'sign-in', outcome: 'done', detail });
    return principal;
  };
  return async request => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const principal = await byToken(authorization, parts.tokens);
      if (!principal) throw await refused(request, 'token');
      return welcome(principal, request);
    }
    const secret = sessionSecretOf(request);
    if (secret !== undefined) {
      const principal = await parts.sessions.principal(secret);
      if (!principal) throw await refused(request, 'session');
      checkOrigin(request, secret);
      return principal;
    }
    const { socket } = request.raw;
    const principal = socket instanceof TLSSocket ? await principalOfCertificate(parts.records, socket) : undefined;
    if (principal) return welcome(principal, request);
    throw new ParleyError(
      'UNAUTHENTICATED',
      'show an API token, a session or a client certificate of an administrator',
    );
  };
}

/** RFC 6750 2.1. */
async function byToken(authorization: string, tokens: TokenDesk): Promise<Principal | undefined> {
  const found = /^Bearer +([\w-]{1,100})$/i.exec(authorization);
  return found ? tokens.principal(found[1]) : undefined;
}

/** Another site can make a browser send the cookie along, where the browser is old, but it does not know the word. */
function checkOrigin({ method, headers }: FastifyRequest, secret: string): void {
  if (SAFE.has(method) || isFromOwner(secret, headers[CSRF_HEADER])) return;
  throw new ParleyError('ORIGIN_REFUSED', `a change by a session needs the header ${CSRF_HEADER}: GET /v1/me tells it`);
}
