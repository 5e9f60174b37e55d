import { isAbsolute } from 'node:path';
import { type Log, ParleyError } from '@parley/base';
import type { CallRecords } from '@parley/directory';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SpoolOperations, Status } from '../ports.ts';
import { countOf, neededText, textOf, valuesOf } from '../request-values.ts';
import { mustBeLocal } from './local.ts';
import type { Door } from './objects.ts';

export interface OperationRoutes {
  readonly callRecords: CallRecords;
  readonly spool: SpoolOperations;
  readonly status: () => Status | Promise<Status>;
  readonly log: Log;
}

/** Calls, spool and state: what is looked at at the machine itself, beside the objects. */
export function operationRoutes(app: FastifyInstance, door: Door, options: OperationRoutes): void {
  const { callRecords, spool, status, log } = options;
  const local = { onRequest: mustBeLocal(door) };
  app.get('/v1/status', local, async () => ({ status: await status() }));
  app.get('/v1/call-records', local, async request => {
    const query = valuesOf(request.query);
    const filter = {
      limit: countOf(query, 'limit'),
      since: countOf(query, 'since'),
      mailbox: textOf(query, 'mailbox'),
    };
    return { callRecords: await callRecords.list(filter) };
  });
  spoolRoutes(app, local, { spool, log });
}

interface Guarded {
  readonly onRequest: (request: FastifyRequest) => Promise<void>;
}

function spoolRoutes(
  app: FastifyInstance,
  local: Guarded,
  { spool, log }: Pick<OperationRoutes, 'spool' | 'log'>,
): void {
  const entryOf = async (request: FastifyRequest) => {
    const id = neededText(valuesOf(request.params), 'id', 128);
    const entry = await spool.show(id);
    if (entry) return entry;
    throw new ParleyError('SPOOL_NOT_FOUND', `the spool has no ${JSON.stringify(id)}: it was delivered, or never here`);
  };
  app.get('/v1/spool', local, async () => ({ entries: await spool.list() }));
  app.get('/v1/spool/:id', local, async request => ({ entry: await entryOf(request) }));
  app.post('/v1/spool/:id/export', local, async request => {
    const folder = neededText(valuesOf(request.body), 'folder', 4096);
    if (!isAbsolute(folder)) throw new ParleyError('REQUEST_INVALID', 'folder must be an absolute path');
    const { id } = await entryOf(request);
    const paths = await spool.export(id, folder);
    log.info('spool item exported', { item: id });
    return { paths };
  });
  app.post('/v1/spool/:id/retry', local, async request => {
    const { id } = await entryOf(request);
    await spool.retry(id);
    log.info('spool item retried', { item: id });
    return {};
  });
  app.delete('/v1/spool/:id', local, async request => {
    const { id, messageId } = await entryOf(request);
    await spool.discard(id);
    log.warn('spool item discarded by an administrator', { item: id, ...(messageId !== undefined && { messageId }) });
    return {};
  });
}
