import { type Log, ParleyError } from '@parley/base';
import { ANY_ETAG, type Objects, type Stored } from '@parley/directory';
import { definitionOf, definitions, type Kind, kinds } from '@parley/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { countOf, neededText, textOf, valuesOf } from '../request-values.ts';

export interface ObjectRoutes {
  readonly objects: Objects;
  readonly log: Log;
}

/** Names of the properties in a body, for the audit line: values may be numbers or names, they stay out of the log. */
const touched = (body: unknown) => Object.keys(valuesOf(body)).slice(0, 100);

/** Until somebody signs in, whoever may use the socket is the system. */
const SYSTEM = { who: 'system' } as const;

/** The etag that a change is based on (RFC 9110 13.1.1): one strong tag, or `*` for whatever is there. */
function ifMatch(request: FastifyRequest): string {
  const header = request.headers['if-match'];
  if (header === undefined)
    throw new ParleyError(
      'ETAG_REQUIRED',
      'If-Match is missing: give the ETag of the object as you have read it, or *',
    );
  if (header === ANY_ETAG) return header;
  if (/^"[0-9a-zA-Z]{1,64}"$/.test(header)) return header.slice(1, -1);
  throw new ParleyError('REQUEST_INVALID', 'If-Match must be one ETag such as "3", or *');
}

function answer(reply: FastifyReply, stored: Stored): Stored {
  void reply.header('etag', `"${stored.etag}"`);
  return stored;
}

/** The routes of every kind: they differ in the path only. */
export function objectRoutes(app: FastifyInstance, { objects, log }: ObjectRoutes): void {
  app.get('/v1/schema', async () => ({ definitions }));
  for (const kind of kinds) kindRoutes(app, kind, { objects, log });
}

function kindRoutes(app: FastifyInstance, kind: Kind, { objects, log }: ObjectRoutes): void {
  const path = `/v1/${definitionOf(kind).path}`;
  const identity = (request: FastifyRequest) => neededText(valuesOf(request.params), 'identity');
  const audit = (event: string, stored: Stored, request: FastifyRequest) =>
    log.info(event, { kind, id: stored.object.id, etag: stored.etag, properties: touched(request.body) });

  app.get(path, async request => {
    const query = valuesOf(request.query);
    const options = { text: textOf(query, 'text'), limit: countOf(query, 'limit') };
    return { objects: (await objects.list(kind, options, SYSTEM)).objects };
  });
  app.get(`${path}/:identity`, async (request, reply) =>
    answer(reply, await objects.get(kind, identity(request), SYSTEM)),
  );
  app.post(path, async (request, reply) => {
    const stored = await objects.create(kind, request.body, SYSTEM);
    audit('object created', stored, request);
    void reply.code(201);
    return answer(reply, stored);
  });
  app.patch(`${path}/:identity`, async (request, reply) => {
    const stored = await objects.change(
      kind,
      identity(request),
      { etag: ifMatch(request), patch: request.body },
      SYSTEM,
    );
    audit('object changed', stored, request);
    return answer(reply, stored);
  });
  app.delete(`${path}/:identity`, async request => {
    const removed = await objects.remove(kind, identity(request), ifMatch(request), SYSTEM);
    for (const each of removed) log.info('object removed', { kind: each.kind, id: each.id });
    return { removed };
  });
}
