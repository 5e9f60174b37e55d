import { chmod } from 'node:fs/promises';
import { type Log, ParleyError } from '@parley/base';
import type { Objects } from '@parley/directory';
import fastify, { type FastifyInstance } from 'fastify';
import { localPrincipal } from './access/principal.ts';
import { claimSocket } from './claim-socket.ts';
import { PROBLEM_TYPE, problemDetails } from './errors/problem-details.ts';
import { readJson } from './http/read-json.ts';
import { cmdletRoutes } from './routes/cmdlets.ts';
import { objectRoutes } from './routes/objects.ts';
import { type OperationRoutes, operationRoutes } from './routes/operations.ts';
import { type TraceRoutes, traceRoutes } from './routes/traces.ts';
import { createRun } from './run/run.ts';
import { bindablePath } from './socket-path.ts';

export interface AdminOptions extends OperationRoutes, TraceRoutes {
  readonly objects: Objects;
  readonly log: Log;
}

/** The one door for administrators: HTTP with JSON on a Unix socket that only its owner may use. */
export interface Admin {
  /** Listens at a path (see `adminSocket`), mode 0600. Rejects with `ADMIN_SOCKET_IN_USE` or `ADMIN_SOCKET_PATH`. */
  listen(path: string): Promise<void>;
  /** Ends what is under way and removes the socket. */
  close(): Promise<void>;
}

/** Longest body: an object with every property at its longest is far below. */
const BODY_LIMIT_BYTES = 256 * 1024;
/** Longest identity in a path, before it is decoded. */
const LONGEST_PARAMETER = 2048;
const REQUEST_MILLIS = 30_000;
const MOST_CONNECTIONS = 64;

/** Makes the door; nothing can be reached before `listen`. */
export function createAdmin(options: AdminOptions): Admin {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    requestTimeout: REQUEST_MILLIS,
    forceCloseConnections: true,
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  answerRefusals(app, options.log);
  takeJson(app);
  const run = createRun({ objects: options.objects, actions: {}, log: options.log });
  const door = { run, principalOf: () => localPrincipal };
  cmdletRoutes(app, door);
  objectRoutes(app, door);
  operationRoutes(app, options);
  traceRoutes(app, options);
  return {
    async listen(path) {
      const bindable = bindablePath(path);
      await claimSocket(bindable);
      await app.listen({ path: bindable });
      // Connecting takes the right to write, which a common umask denies to others from the first moment; `serve` sets 077.
      await chmod(bindable, 0o600);
    },
    close: () => app.close(),
  };
}

function answerRefusals(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (error, request, reply) => {
    const details = problemDetails(error, { log, requestId: request.id });
    return reply.code(details.status).type(PROBLEM_TYPE).send(details);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const unknown = new ParleyError('ROUTE_NOT_FOUND', `there is no ${request.method} ${request.url.slice(0, 200)}`);
    const details = problemDetails(unknown, { log, requestId: request.id });
    return reply.code(details.status).type(PROBLEM_TYPE).send(details);
  });
}

/** Only JSON, looked through before it is built. */
function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    try {
      done(null, readJson(body));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
