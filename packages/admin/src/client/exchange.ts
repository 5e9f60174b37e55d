import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { asBuffer, ParleyError } from '@parley/base';
import type { Problem } from '@parley/schema';
import type { Place } from './place.ts';

/** A property that is wrong; of a table, with its line. */
export type RefusedProperty = Problem & { readonly line?: number };

/** What the server refused, with each property that is wrong. */
export class AdminRefused extends ParleyError {
  readonly status: number;
  readonly problems: readonly RefusedProperty[];
  /** In the server's log and audit. */
  readonly requestId: string | undefined;

  constructor(
    status: number,
    refusal: { code: string; message: string; problems: readonly RefusedProperty[]; requestId?: string },
  ) {
    super(refusal.code, refusal.message);
    this.name = 'AdminRefused';
    this.status = status;
    this.problems = refusal.problems;
    this.requestId = refusal.requestId;
  }
}

interface Question {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with `/v1/`. */
  readonly path: string;
  /** JSON; a table as it comes. */
  readonly body?: unknown;
  readonly ifMatch?: string;
}

/** Longest answer that is read: 10,000 call records are far below. */
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks a server one question; resolves with its answer, which has the shape that the route promises. */
export type Exchange = <T>(question: Question) => Promise<T>;

/** What the server said instead of an answer. */
export function refusedBy(status: number, answer: unknown): AdminRefused {
  const values = new Map<string, unknown>(typeof answer === 'object' && answer !== null ? Object.entries(answer) : []);
  const problems = values.get('problems');
  const requestId = values.get('requestId');
  return new AdminRefused(status, {
    code: String(values.get('code') ?? 'INTERNAL'),
    message: String(values.get('detail') ?? `the server answered with status ${status}`),
    problems: Array.isArray(problems) ? problems : [],
    ...(typeof requestId === 'string' ? { requestId } : {}),
  });
}

/** Talks to a server, one connection a question. */
export function exchangeWith(place: Place, timeoutMillis: number): Exchange {
  return async <T>(question: Question) => {
    const content = question.body === undefined ? undefined : JSON.stringify(question.body);
    const headers: Record<string, string | number> =
      content === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
    const response = await ask(place, { ...question, headers, content, timeoutMillis });
    const text = await textOf(response, place);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return parsed<T>(text);
    throw refusedBy(status, parsed(text));
  };
}

/** What was sent as JSON. Throws `SERVER_UNREACHABLE` when it is none. */
export function parsed<T>(text: string): T {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ParleyError('SERVER_UNREACHABLE', 'what answers there is not a server of Parley', { cause: error });
  }
}

export interface Sending {
  readonly method: Question['method'];
  readonly path: string;
  readonly ifMatch?: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly content: string | AsyncIterable<Uint8Array> | undefined;
  readonly timeoutMillis: number;
}

/** Sends a request; resolves when the answer begins. Rejects with what `place` says of a failed connection. */
export function ask(
  place: Place,
  { method, path, ifMatch, headers, content, timeoutMillis }: Sending,
): Promise<IncomingMessage> {
  const tag = ifMatch === undefined ? {} : { 'if-match': ifMatch === '*' ? ifMatch : `"${ifMatch}"` };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(place.unreachable(error));
    const asked = place.ask({
      method,
      path,
      signal: AbortSignal.timeout(timeoutMillis),
      headers: { accept: 'application/json', ...headers, ...tag },
    });
    asked.once('error', fail);
    asked.once('response', resolve);
    if (content === undefined || typeof content === 'string') {
      asked.end(content);
      return;
    }
    const body = Readable.from(content);
    body.once('error', error => {
      reject(error);
      asked.destroy();
    });
    // The server may answer, and hang up, before it has all: what it said counts, not that the rest was left.
    asked.once('close', () => body.destroy());
    body.pipe(asked);
  });
}

/** The whole text of an answer. */
async function textOf(response: IncomingMessage, place: Place): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      length += chunk.length;
      if (length > LONGEST_ANSWER_BYTES) throw new RangeError('its answer is too long');
      chunks.push(asBuffer(chunk));
    }
  } catch (error) {
    throw place.unreachable(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}
