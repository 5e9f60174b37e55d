import { isAbsolute } from 'node:path';
import { type Log, ParleyError } from '@parley/base';
import type { CallRecords } from '@parley/directory';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SpoolOperations, Status } from '../ports.ts';
import { countOf, neededText, textOf, valuesOf } from '../request-values.ts';

export interface OperationRoutes {
  readonly callRecords: CallRecords;
  readonly spool: SpoolOperations;
  readonly status: () => Status | Promise<Status>;
  readonly log: Log;
}

/** Calls, spool and state: what administrators look at, beside the objects. */
export function operationRoutes(app: FastifyInstance, { callRecords, spool, status, log }: OperationRoutes): void {
  app.get('/v1/status', async () => ({ status: await status() }));
  app.get('/v1/call-records', async request => {
    const query = valuesOf(request.query);
    const filter = {
      limit: countOf(query, 'limit'),
      since: countOf(query, 'since'),
      mailbox: textOf(query, 'mailbox'),
    };
    return { callRecords: await callRecords.list(filter) };
  });
  spoolRoutes(app, spool, log);
}

function spoolRoutes(app: FastifyInstance, spool: SpoolOperations, log: Log): void {
  const entryOf = async (request: FastifyRequest) => {
    const id = neededText(valuesOf(request.params), 'id', 128);
    const entry = await spool.show(id);
    if (entry) return entry;
    throw new ParleyError('SPOOL_NOT_FOUND', `the spool has no ${JSON.stringify(id)}: it was delivered, or never here`);
  };
  app.get('/v1/spool', async () => ({ entries: await spool.list() }));
  app.get('/v1/spool/:id', async request => ({ entry: await entryOf(request) }));
  app.post('/v1/spool/:id/export', async request => {
    const folder = neededText(valuesOf(request.body), 'folder', 4096);
    if (!isAbsolute(folder)) throw new ParleyError('REQUEST_INVALID', 'folder must be an absolute path');
    const { id } = await entryOf(request);
    const paths = await spool.export(id, folder);
    log.info('spool item exported', { item: id });
    return { paths };
  });
  app.post('/v1/spool/:id/retry', async request => {
    const { id } = await entryOf(request);
    await spool.retry(id);
    log.info('spool item retried', { item: id });
    return {};
  });
}
