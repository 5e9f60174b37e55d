import { isIPv6 } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import { ParleyError } from '@parley/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';

export interface RateLimits {
  /** Requests a minute from one address, or one /64 of IPv6, signed in or not; 1,200 by default. */
  readonly perAddress?: number;
  /** Requests a minute of one principal, from wherever; 3,000 by default. */
  readonly perPrincipal?: number;
}

/** Counts requests; both throw `TOO_MANY_REQUESTS` and set Retry-After (RFC 6585 4). */
export interface RateLimiters {
  address(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  principal(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<void>;
}

const USUAL_PER_ADDRESS = 1200;
const USUAL_PER_PRINCIPAL = 3000;
const MINUTE_MILLIS = 60_000;
/** Addresses and principals that are remembered: the longest unheard ones are forgotten. */
const MOST_REMEMBERED = 10_000;

/** The half of an IPv6 address that says whose network it is: one customer has all the rest. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest;
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? '').split(':')].slice(0, 4).join(':');
}

/** Makes the limiters of a server. */
export async function rateLimiters(app: FastifyInstance, limits: RateLimits): Promise<RateLimiters> {
  await app.register(rateLimit, { global: false, cache: MOST_REMEMBERED });
  const principals = new WeakMap<FastifyRequest, Principal>();
  const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string) => {
    const check = app.createRateLimit({ max, timeWindow: MINUTE_MILLIS, keyGenerator });
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const state = await check(request);
      if (state.isAllowed || !state.isExceeded) return;
      void reply.header('retry-after', String(Math.max(1, state.ttlInSeconds)));
      throw new ParleyError(
        'TOO_MANY_REQUESTS',
        `more than ${max} requests a minute: wait ${state.ttlInSeconds} seconds`,
      );
    };
  };
  const byAddress = limiter(limits.perAddress ?? USUAL_PER_ADDRESS, request => `address ${networkOf(request.ip)}`);
  const nameOf = (request: FastifyRequest) => {
    const principal = principals.get(request);
    return `principal ${principal?.organization ?? ''} ${principal?.name ?? ''}`;
  };
  const byPrincipal = limiter(limits.perPrincipal ?? USUAL_PER_PRINCIPAL, nameOf);
  return {
    address: byAddress,
    principal(request, reply, principal) {
      principals.set(request, principal);
      return byPrincipal(request, reply);
    },
  };
}
