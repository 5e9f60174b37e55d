import type { IncomingMessage } from 'node:http';
import { Agent, request as ask } from 'node:https';
import { Readable } from 'node:stream';
import { messageOf, ParleyError } from '@parley/base';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** The door of another node, and what lets us in. */
export interface OtherDoor {
  /** `https://um1.example.org:8443`; nothing but a host and a port. */
  readonly url: string;
  /** An API token of that system: what whoever is at this machine may do there. */
  readonly token: string;
  /** PEM: authorities of its certificate; those of the system when not given. */
  readonly authorities?: string;
}

/** Fields of a request that mean something to the other side; the rest, credentials above all, stays here. */
const TO_THEM = ['accept', 'content-type', 'content-length', 'if-match', 'if-none-match'];
const TO_US = ['content-type', 'content-length', 'etag', 'link', 'retry-after', 'x-request-id'];
/** A connection on which nothing moves. */
const IDLE_MILLIS = 60_000;
const MOST_CONNECTIONS = 16;

/** Hands every request on to the node that administers the system, as it comes. Throws `REQUEST_INVALID` of a URL that is none. */
export function passOn(app: FastifyInstance, { url, token, authorities }: OtherDoor): void {
  const base = new URL(url);
  if (base.protocol !== 'https:')
    throw new ParleyError('REQUEST_INVALID', `admin.url must begin with https://: ${url}`);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: MOST_CONNECTIONS,
    ...(authorities === undefined ? {} : { ca: authorities }),
  });
  app.addHook('onClose', async () => agent.destroy());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.all('/*', async (request, reply) => {
    const answer = await exchange(request, { base, token, agent });
    for (const name of TO_US) {
      const value = answer.headers[name];
      if (value !== undefined) void reply.header(name, value);
    }
    return reply.code(answer.statusCode ?? 502).send(answer);
  });
}

interface Way {
  readonly base: URL;
  readonly token: string;
  readonly agent: Agent;
}

function exchange(request: FastifyRequest, { base, token, agent }: Way): Promise<IncomingMessage> {
  const given = TO_THEM.flatMap((name): [string, string][] => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const headers = { ...Object.fromEntries(given), authorization: `Bearer ${token}`, 'x-request-id': request.id };
  const { hostname, port } = base;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(
        new ParleyError('SERVER_UNREACHABLE', `${base.host} does not answer: ${messageOf(error)}`, { cause: error }),
      );
    const asked = ask({
      agent,
      hostname,
      port: port || 443,
      method: request.method,
      path: request.url,
      headers,
      timeout: IDLE_MILLIS,
    });
    asked.once('timeout', () => asked.destroy(new Error('nothing came for too long')));
    asked.once('error', fail);
    asked.once('response', resolve);
    const { body } = request;
    if (body instanceof Readable) body.once('error', error => asked.destroy(error)).pipe(asked);
    else asked.end();
  });
}
