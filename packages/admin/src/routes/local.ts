import { ParleyError } from '@parley/base';
import type { FastifyRequest } from 'fastify';
import type { Door } from './objects.ts';

/** What touches the machine itself, its spool and its traces, is for whoever may use its socket. Throws `FORBIDDEN`. */
export function mustBeLocal({ principalOf }: Door): (request: FastifyRequest) => Promise<void> {
  return async request => {
    const { how, name } = principalOf(request);
    if (how !== 'socket')
      throw new ParleyError('FORBIDDEN', `this is only for whoever is at the machine itself, not for ${name}`);
  };
}
