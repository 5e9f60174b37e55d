import { type Log, ParleyError } from '@parley/base';
import { type CmdletDefinition, cmdlets, definitionOf, isKind } from '@parley/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problemDetails } from '../errors/problem-details.ts';
import { LINES_TYPE, progressLines } from '../http/progress-lines.ts';
import { LONGEST_TABLE_BYTES } from '../import/decoded.ts';
import { flagOf, valuesOf } from '../request-values.ts';
import { IMPORT } from '../rest/operations.ts';
import { answerOf } from '../run/answer.ts';
import type { Asked } from '../run/ports.ts';
import type { Door } from './objects.ts';

/** Tables that are read at once: each is held in memory until all its lines are known to be right. */
const MOST_AT_ONCE = 2;
const RETRY_SECONDS = 10;

/** `POST /v1/<path>/import` with a table as the body, for each kind that has a cmdlet for it. */
export async function importRoutes(app: FastifyInstance, door: Door, log: Log): Promise<void> {
  await app.register(async scope => {
    // Here and nowhere else a body is handed on as it comes.
    scope.addContentTypeParser(['text/csv', 'text/plain'], (_request, payload, done) => done(null, payload));
    let running = 0;
    for (const cmdlet of cmdlets.filter(({ does }) => does === IMPORT)) {
      if (cmdlet.kind === undefined || !isKind(cmdlet.kind)) continue;
      const path = `/v1/${definitionOf(cmdlet.kind).path}/import`;
      scope.post(path, { bodyLimit: LONGEST_TABLE_BYTES }, async (request, reply) => {
        const principal = door.principalOf(request);
        if (running >= MOST_AT_ONCE) {
          void reply.header('retry-after', String(RETRY_SECONDS));
          throw new ParleyError('TOO_MANY_REQUESTS', 'other tables are being imported: try again');
        }
        running++;
        const work = async (onProgress: Asked['onProgress']) => {
          try {
            return answerOf(cmdlet, await door.run(cmdlet, askedOf(cmdlet, request, onProgress), principal));
          } finally {
            running--;
          }
        };
        if (request.headers.accept !== LINES_TYPE) return work(undefined);
        const problemOf = (thrown: unknown) => problemDetails(thrown, { log, requestId: request.id });
        return reply.type(LINES_TYPE).send(progressLines({ work, problemOf }));
      });
    }
  });
}

function askedOf({ parameters }: CmdletDefinition, request: FastifyRequest, onProgress: Asked['onProgress']): Asked {
  const { dryRun: _, ...query } = valuesOf(request.query);
  // What the table is read from is the body.
  for (const name of Object.keys(query))
    if (/^(path|filedata)$/i.test(name)) throw new ParleyError('REQUEST_INVALID', `${name}: the table is the body`);
  const given = Object.keys(parameters).includes('FileData') ? { FileData: '' } : {};
  return {
    parameters: { ...query, ...given },
    table: tableOf(request),
    requestId: request.id,
    trial: flagOf(valuesOf(request.query), 'dryRun') ?? false,
    ...(onProgress ? { onProgress } : {}),
  };
}

/** The body as it comes. It stays readable when it is left early: who sends it must still be able to hear why. */
function tableOf({ raw, body }: FastifyRequest): AsyncIterable<Uint8Array> {
  if (body === undefined || body === null)
    throw new ParleyError('REQUEST_INVALID', 'the body is missing: it must be a table, of the type text/csv');
  return raw.iterator({ destroyOnReturn: false });
}
