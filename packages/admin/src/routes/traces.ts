import { ParleyError } from '@parley/base';
import type { FastifyInstance } from 'fastify';
import type { TraceOperations } from '../ports.ts';
import { countOf, neededText, valuesOf } from '../request-values.ts';
import { mustBeLocal } from './local.ts';
import type { Door } from './objects.ts';

export interface TraceRoutes {
  readonly traces: TraceOperations;
}

/** Calls that one listing has when nothing else is asked for, and at most. */
const USUAL_LISTING = 20;
const LONGEST_LISTING = 1000;
/** Call-IDs that an ambiguous beginning is answered with. */
const MOST_NAMED = 5;

/** The SIP messages of calls, for whoever looks for what went wrong. */
export function traceRoutes(app: FastifyInstance, door: Door, { traces }: TraceRoutes): void {
  const local = { onRequest: mustBeLocal(door) };
  app.get('/v1/traces', local, async request => {
    const limit = countOf(valuesOf(request.query), 'limit') ?? USUAL_LISTING;
    return { traces: traces.list(Math.min(limit, LONGEST_LISTING)) };
  });
  app.get('/v1/traces/:callId', local, async request => {
    const callId = neededText(valuesOf(request.params), 'callId');
    const found = traces.find(callId);
    if (found.kind === 'found') return { trace: found.trace };
    const shown = JSON.stringify(callId);
    if (found.kind === 'none')
      throw new ParleyError('TRACE_NOT_FOUND', `no call has the Call-ID ${shown}: ${found.why}`);
    const { callIds } = found;
    const named = callIds.slice(0, MOST_NAMED).join(', ');
    const more = callIds.length > MOST_NAMED ? ' ...' : '';
    throw new ParleyError(
      'TRACE_AMBIGUOUS',
      `${callIds.length} calls have a Call-ID that begins with ${shown}: ${named}${more}`,
    );
  });
}
