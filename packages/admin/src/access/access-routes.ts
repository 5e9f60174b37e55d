import { ParleyError } from '@parley/base';
import { cmdlets } from '@parley/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { neededText, valuesOf } from '../request-values.ts';
import { type AccessDesk, OIDC_RETURN, type SignedIn } from './access.ts';
import { isAllowed } from './authorise.ts';
import { errandCookie, errandOf, noErrandCookie, noSessionCookie, sessionCookie, sessionSecretOf } from './cookies.ts';
import { onwardPage, setUpPage } from './pages.ts';
import { LONGEST_PASSWORD } from './password-rules.ts';
import type { Principal } from './principal.ts';
import { csrfOf } from './session-desk.ts';

/** Bodies here are a name and a password. */
const BODY_LIMIT = 8192;
const LONGEST_NAME = 256;
/** Of a provider's answer: code, state and issuer. */
const LONGEST_QUERY = 8192;
/** Where somebody goes who has come back from the sign-in service. */
const HOME = '/v1/me';

/** The routes by which people come in; nobody has to be signed in for them. */
export function accessRoutes(app: FastifyInstance, desk: AccessDesk): void {
  sessionRoutes(app, desk);
  ownRoutes(app, desk);
  setUpRoutes(app, desk);
  oidcRoutes(app, desk);
}

function sessionRoutes(app: FastifyInstance, desk: AccessDesk): void {
  app.get('/v1/sign-in', async () => ({ ways: ['password', ...(desk.options.oidc ? ['oidc'] : [])] }));
  app.post('/v1/sessions', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    refuseForeign(request);
    return answer(reply, await desk.signIn({ ...namedIn(request), address: request.ip }));
  });
  app.delete('/v1/sessions', async (request, reply) => {
    await desk.authenticate(request);
    const secret = sessionSecretOf(request);
    if (secret !== undefined) await desk.signOut(secret);
    return reply.code(204).header('set-cookie', noSessionCookie()).send();
  });
}

function ownRoutes(app: FastifyInstance, desk: AccessDesk): void {
  app.get(HOME, async request => {
    const principal = await desk.authenticate(request);
    const secret = sessionSecretOf(request);
    return {
      ...shown(principal),
      cmdlets: cmdlets.filter(cmdlet => isAllowed(principal, cmdlet)).map(({ name }) => name),
      ...(secret === undefined ? {} : { csrf: csrfOf(secret) }),
    };
  });
  app.post('/v1/me/password', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const principal = await desk.authenticate(request);
    const secret = sessionSecretOf(request);
    if (principal.how !== 'password' || secret === undefined)
      throw new ParleyError('FORBIDDEN', 'only who has signed in by password changes his password');
    const body = valuesOf(request.body);
    const old = neededText(body, 'old', LONGEST_PASSWORD);
    const password = neededText(body, 'password', LONGEST_PASSWORD);
    await desk.changePassword(principal, { old, password, address: request.ip, secret });
    return reply.code(204).send();
  });
}

function setUpRoutes(app: FastifyInstance, desk: AccessDesk): void {
  app.get('/setup', async (_request, reply) => setUpPage(reply));
  app.post('/v1/setup', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    refuseForeign(request);
    const token = neededText(valuesOf(request.body), 'token', 100);
    return answer(reply, await desk.begin({ ...namedIn(request), token, address: request.ip }));
  });
}

function oidcRoutes(app: FastifyInstance, desk: AccessDesk): void {
  app.get('/v1/sign-in/oidc', async (request, reply) => {
    const { url, errand } = await desk.errand(request.ip);
    return reply.header('set-cookie', errandCookie(errand)).redirect(url, 302);
  });
  app.get(OIDC_RETURN, async (request, reply) => {
    const query = request.url.slice(OIDC_RETURN.length);
    if (query.length > LONGEST_QUERY)
      throw new ParleyError('REQUEST_INVALID', 'the answer of the sign-in service is too long');
    void reply.header('set-cookie', noErrandCookie());
    const { session } = await desk.comeBack(query, errandOf(request), request.ip);
    void reply.header('set-cookie', sessionCookie(session.secret));
    return onwardPage(reply, HOME);
  });
}

function namedIn(request: FastifyRequest): { name: string; password: string } {
  const body = valuesOf(request.body);
  return { name: neededText(body, 'name', LONGEST_NAME), password: neededText(body, 'password', LONGEST_PASSWORD) };
}

function answer(reply: FastifyReply, { principal, session }: SignedIn) {
  void reply.code(201).header('set-cookie', sessionCookie(session.secret));
  return { ...shown(principal), csrf: session.csrf, expires: new Date(session.expiresAt).toISOString() };
}

const shown = ({ name, organization, groups, scopes, how }: Principal) => ({ name, organization, groups, scopes, how });

/** Nobody is signed in by a page of another site, as somebody else than he believes to be (Fetch metadata; RFC 6454 7). */
function refuseForeign({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined || site === 'same-origin' || site === 'none';
  if (isOurs && (headers.origin === undefined || hostOf(headers.origin) === headers.host)) return;
  throw new ParleyError('ORIGIN_REFUSED', 'this is for pages of this server only');
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
