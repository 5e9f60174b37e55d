import type { FastifyRequest } from 'fastify';
import type { Errand } from './oidc-provider.ts';

/** "__Host-": a browser takes it over TLS from this very host only (RFC 6265bis 4.1.3.2). */
const SESSION = '__Host-parley';
const ERRAND = '__Host-parley-oidc';
const ERRAND_SECONDS = 600;
/** Secrets are base64url, with dots between several. */
const VALUE = /^[\w.-]{1,512}$/;

const cookie = (name: string, value: string, rest: string) => `${name}=${value}; Path=/; Secure; HttpOnly; ${rest}`;

/** No other site can have it sent along. */
export const sessionCookie = (secret: string): string => cookie(SESSION, secret, 'SameSite=Strict');
export const noSessionCookie = (): string => cookie(SESSION, '', 'SameSite=Strict; Max-Age=0');

/** The browser comes back from another site, so this one is sent along when it follows a link. */
export const errandCookie = ({ state, nonce, verifier }: Errand): string =>
  cookie(ERRAND, [state, nonce, verifier].join('.'), `SameSite=Lax; Max-Age=${ERRAND_SECONDS}`);
export const noErrandCookie = (): string => cookie(ERRAND, '', 'SameSite=Lax; Max-Age=0');

/** The value of a cookie (RFC 6265 4.2.1); undefined when it is not there, is there twice, or is none that we have set. */
function kept(request: FastifyRequest, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map(pair => pair.trim());
  const [pair, another] = pairs.filter(each => each.startsWith(`${name}=`));
  const value = pair?.slice(name.length + 1) ?? '';
  return another === undefined && VALUE.test(value) ? value : undefined;
}

/** The secret of a session; undefined without one. */
export const sessionSecretOf = (request: FastifyRequest): string | undefined => kept(request, SESSION);

/** What the browser brings back; undefined when it has forgotten. */
export function errandOf(request: FastifyRequest): Errand | undefined {
  const [state, nonce, verifier, ...rest] = (kept(request, ERRAND) ?? '').split('.');
  return state && nonce && verifier && rest.length === 0 ? { state, nonce, verifier } : undefined;
}
