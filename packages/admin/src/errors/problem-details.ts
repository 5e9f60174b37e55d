import { codeOf, type Log, messageOf, ParleyError } from '@parley/base';
import { ObjectInvalid } from '@parley/directory';
import type { Problem } from '@parley/schema';
import { ImportRefused } from '../import/import-table.ts';
import { entryOf } from './catalogue.ts';

/** The body of every answer that is not a success (RFC 9457). */
export interface ProblemDetails {
  /** A reference to the catalogue, relative to the request. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What is particular about this one, for people. */
  readonly detail: string;
  /** The same as the end of `type`, for programs. */
  readonly code: string;
  readonly requestId: string;
  /** Each property that is wrong, and what is allowed instead. */
  readonly problems: readonly (Problem & { readonly line?: number })[];
}

/** The media type of these (RFC 9457 6.1). */
export const PROBLEM_TYPE = 'application/problem+json';

interface Place {
  readonly log: Log;
  readonly requestId: string;
}

/** What a thrown thing is to a client. Of our own failures the client gets the request's id, and our log everything. */
export function problemDetails(thrown: unknown, { log, requestId }: Place): ProblemDetails {
  const { code, detail, problems } = understood(thrown);
  const { status, title, code: told } = entryOf(code);
  if (status >= 500) report(thrown, { log, requestId });
  return {
    type: `/v1/problems/${told}`,
    title,
    status,
    detail: status >= 500 && !OPEN.has(told) ? title : detail,
    code: told,
    requestId,
    problems,
  };
}

/** Failures whose story is about others, not about the inside of this server. */
const OPEN = new Set(['SERVER_UNREACHABLE', 'OIDC_UNREACHABLE', 'CMDLET_UNAVAILABLE']);

interface Understood {
  readonly code: string;
  readonly detail: string;
  readonly problems: ProblemDetails['problems'];
}

function understood(thrown: unknown): Understood {
  if (thrown instanceof ObjectInvalid || thrown instanceof ImportRefused)
    return { code: thrown.code, detail: thrown.message, problems: thrown.problems };
  if (thrown instanceof ParleyError) return { code: thrown.code, detail: thrown.message, problems: [] };
  return { code: codeOfStatus(statusOf(thrown)), detail: messageOf(thrown), problems: [] };
}

/** Fastify's own refusals: a body that is too long, a type that nobody reads, a path that cannot be decoded. */
function statusOf(thrown: unknown): number {
  return typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
}

const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [408, 'REQUEST_TIMEOUT'],
  [413, 'REQUEST_TOO_LARGE'],
  [415, 'MEDIA_TYPE_REFUSED'],
  [429, 'TOO_MANY_REQUESTS'],
  [431, 'HEADERS_TOO_LARGE'],
]);

function codeOfStatus(status: number): string {
  if (!(status >= 400 && status < 500)) return 'INTERNAL';
  return BY_STATUS.get(status) ?? 'REQUEST_INVALID';
}

function report(thrown: unknown, { log, requestId }: Place): void {
  log.error('admin request failed', {
    requestId,
    code: codeOf(thrown),
    why: messageOf(thrown),
    stack: thrown instanceof ParleyError ? undefined : thrown instanceof Error ? thrown.stack : undefined,
  });
}
