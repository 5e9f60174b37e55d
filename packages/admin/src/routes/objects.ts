import { ParleyError } from '@parley/base';
import { type CmdletDefinition, definitionOf, definitions, type Kind, kinds } from '@parley/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { countOf, flagOf, neededText, textOf, valuesOf } from '../request-values.ts';
import { entityTag, ifMatch, isKnown } from '../rest/conditions.ts';
import { operationsOf } from '../rest/operations.ts';
import { answerOf } from '../run/answer.ts';
import type { Asked, Run, RunResult } from '../run/ports.ts';
import { visible } from '../run/shown.ts';

/** What routes work with: each of them is the name of a cmdlet and its parameters. */
export interface Door {
  readonly run: Run;
  /** Who asks; throws `UNAUTHENTICATED`. */
  readonly principalOf: (request: FastifyRequest) => Principal;
}

const LONGEST_FILTER = 2048;
const LONGEST_CURSOR = 2048;

/** The routes of every kind: they differ in the path only. */
export function objectRoutes(app: FastifyInstance, door: Door): void {
  app.get('/v1/schema', async request => {
    door.principalOf(request);
    return { definitions };
  });
  for (const kind of kinds) if (!definitionOf(kind).secret) kindRoutes(app, kind, door);
}

/** The part of an answer that a cmdlet shows. */
type Representation = ReturnType<typeof visible>;

function kindRoutes(app: FastifyInstance, kind: Kind, door: Door): void {
  const path = `/v1/${definitionOf(kind).path}`;
  const operations = operationsOf(kind);
  const Identity = (request: FastifyRequest) => neededText(valuesOf(request.params), 'identity');
  const ask = (request: FastifyRequest, cmdlet: CmdletDefinition, asked: Asked): Promise<RunResult> =>
    door.run(cmdlet, { ...asked, requestId: request.id, trial: isTrial(request) }, door.principalOf(request));
  /** The one object, or what a trial would have made of it. */
  const one = (reply: FastifyReply, cmdlet: CmdletDefinition, { objects: [stored] }: RunResult): Representation => {
    if (!stored) throw new ParleyError('OBJECT_NOT_FOUND', `there is no such ${kind}`);
    void reply.header('etag', entityTag(stored));
    return visible(stored, cmdlet);
  };

  app.get(path, async (request, reply) => {
    const { objects, next } = await ask(request, operations.get, listing(request));
    if (next !== undefined) void reply.header('link', `<${nextPage(request, next)}>; rel="next"`);
    const shown = objects.map(stored => visible(stored, operations.get));
    return { objects: shown, ...(next === undefined ? {} : { next }) };
  });
  app.get(`${path}/:identity`, async (request, reply) => {
    const asked = { parameters: { Identity: Identity(request) }, one: true } as const;
    const result = await ask(request, operations.get, asked);
    const body = one(reply, operations.get, result);
    if (!isKnown(request, String(reply.getHeader('etag')))) return body;
    return reply.code(304).send();
  });
  app.get(`${path}/:identity/history`, async request => {
    const parameters = { Identity: Identity(request) };
    const { rows = [] } = await ask(request, operations.history, { parameters });
    return { entries: rows.map(each => each.properties) };
  });
  app.post(path, async (request, reply) => {
    const result = await ask(request, operations.new, { parameters: {}, input: request.body ?? null });
    void reply.code(isTrial(request) ? 200 : 201);
    return one(reply, operations.get, result);
  });
  app.patch(`${path}/:identity`, async (request, reply) => {
    const parameters = { Identity: Identity(request) };
    const asked = { parameters, etag: ifMatch(request), input: request.body ?? null };
    return one(reply, operations.get, await ask(request, operations.set, asked));
  });
  app.delete(`${path}/:identity`, async request => {
    const parameters = { Identity: Identity(request) };
    const { changes } = await ask(request, operations.remove, { parameters, etag: ifMatch(request) });
    return { removed: changes.map(({ what: _, ...each }) => each) };
  });
  for (const { path: action, cmdlet, hasIdentity } of operations.actions) {
    const parameters = (request: FastifyRequest, given: unknown) => ({
      ...valuesOf(given),
      ...(hasIdentity ? { Identity: Identity(request) } : {}),
    });
    const url = hasIdentity ? `${path}/:identity/${action}` : `${path}/${action}`;
    if (cmdlet.changes)
      app.post(url, async request =>
        answerOf(cmdlet, await ask(request, cmdlet, { parameters: parameters(request, request.body) })),
      );
    else
      app.get(url, async request => {
        const { dryRun: _, ...query } = valuesOf(request.query);
        return answerOf(cmdlet, await ask(request, cmdlet, { parameters: parameters(request, query) }));
      });
  }
}

/** `?dryRun=true` is -WhatIf. */
const isTrial = (request: FastifyRequest) => flagOf(valuesOf(request.query), 'dryRun') ?? false;

function listing(request: FastifyRequest): Asked {
  const query = valuesOf(request.query);
  const Organization = textOf(query, 'organization');
  return {
    parameters: Organization === undefined ? {} : { Organization },
    listing: {
      after: textOf(query, 'after', LONGEST_CURSOR),
      text: textOf(query, 'text'),
      filter: textOf(query, 'filter', LONGEST_FILTER),
      limit: countOf(query, 'limit'),
      sort: textOf(query, 'sort'),
    },
  };
}

/** The same question with the place where this page ended (RFC 8288). */
function nextPage(request: FastifyRequest, next: string): string {
  const [path = '', search = ''] = request.url.split('?', 2);
  const query = new URLSearchParams(search);
  query.set('after', next);
  return `${path}?${query}`;
}
