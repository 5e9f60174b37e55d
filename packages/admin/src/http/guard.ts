import { Bug, ParleyError } from '@parley/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { RateLimiters } from './rate-limits.ts';

/** Who may come in by HTTPS: filled by what signs people in. */
export interface Access {
  /** Who asks. Rejects with `UNAUTHENTICATED`. */
  authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Principal>;
  /** Routes of its own, which nobody has to be signed in for. */
  routes?(app: FastifyInstance): Promise<void> | void;
}

/** Until there is somebody who knows people, nobody comes in. */
export const nobody: Access = {
  async authenticate() {
    throw new ParleyError('UNAUTHENTICATED', 'nobody can sign in here');
  },
};

/** Demands of every request on an app that it is somebody's; returns whose a request is. */
export function guard(
  app: FastifyInstance,
  access: Access,
  limiters: RateLimiters,
): (request: FastifyRequest) => Principal {
  const principals = new WeakMap<FastifyRequest, Principal>();
  app.addHook('onRequest', async (request, reply) => {
    const principal = await access.authenticate(request, reply);
    await limiters.principal(request, reply, principal);
    principals.set(request, principal);
  });
  return request => {
    const principal = principals.get(request);
    if (principal) return principal;
    throw new Bug('a route is outside of the guard');
  };
}
