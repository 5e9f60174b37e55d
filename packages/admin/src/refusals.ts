import { codeOf, type Log, messageOf, ParleyError } from '@parley/base';
import { ObjectInvalid } from '@parley/directory';
import type { Problem } from '@parley/schema';

/** The body of every answer that is not a success. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
}

/** HTTP status of each code; a `ParleyError` that is not here is our side's failure: 500. */
const STATUS: Readonly<Record<string, number>> = {
  REQUEST_INVALID: 400,
  OBJECT_NOT_FOUND: 404,
  SPOOL_NOT_FOUND: 404,
  SPOOL_UNKNOWN: 404,
  SPOOL_NOT_EXPORTED: 409,
  TRACE_NOT_FOUND: 404,
  ROUTE_NOT_FOUND: 404,
  OBJECT_AMBIGUOUS: 409,
  TRACE_AMBIGUOUS: 409,
  OBJECT_IN_USE: 409,
  OBJECT_CHANGED: 412,
  OBJECT_INVALID: 422,
  ETAG_REQUIRED: 428,
  DATABASE_BUSY: 503,
};

/** What a thrown thing is to a client, and what of it stays in our log. */
export function refusalOf(thrown: unknown, log: Log): { readonly status: number; readonly body: Refusal } {
  if (thrown instanceof ParleyError) {
    const problems = thrown instanceof ObjectInvalid ? thrown.problems : [];
    const status = STATUS[thrown.code] ?? 500;
    if (status >= 500) log.error('admin request failed', { code: thrown.code, why: thrown.message });
    return { status, body: { code: thrown.code, message: thrown.message, problems } };
  }
  // Fastify's own: a body that is too long, no JSON, of a wrong type.
  const status =
    typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
  if (status >= 400 && status < 500)
    return { status, body: { code: 'REQUEST_INVALID', message: messageOf(thrown), problems: [] } };
  log.error('admin request failed', {
    code: codeOf(thrown),
    why: messageOf(thrown),
    stack: thrown instanceof Error ? thrown.stack : undefined,
  });
  return {
    status: 500,
    body: { code: 'INTERNAL', message: 'this is a mistake of the server: its log says more', problems: [] },
  };
}
