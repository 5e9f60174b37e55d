import { request } from 'node:http';
import { asBuffer, codeOf, messageOf, ParleyError } from '@parley/base';
import type { Problem } from '@parley/schema';
import { adminSocket, bindablePath } from '../socket-path.ts';

/** What the server refused, with each property that is wrong. */
export class AdminRefused extends ParleyError {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: number, refusal: { code: string; message: string; problems: readonly Problem[] }) {
    super(refusal.code, refusal.message);
    this.name = 'AdminRefused';
    this.status = status;
    this.problems = refusal.problems;
  }
}

interface Question {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with `/v1/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly ifMatch?: string;
}

/** Longest answer that is read: 10,000 call records are far below. */
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks the server of a data folder one question; resolves with its answer, which has the shape that the route promises. */
export type Exchange = <T>(question: Question) => Promise<T>;

/** What a failed connection means to whoever typed the command. */
function unreachable(dataFolder: string, error: unknown): ParleyError {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR')
    return new ParleyError(
      'SERVER_NOT_RUNNING',
      `no server is running on the data folder ${dataFolder}: start it with "parley serve --data ${dataFolder}", or name another one with --data`,
      { cause: error },
    );
  if (code === 'EACCES' || code === 'EPERM')
    return new ParleyError(
      'SERVER_DENIED',
      `the server of ${dataFolder} belongs to another user: run this command as that user`,
      {
        cause: error,
      },
    );
  return new ParleyError('SERVER_UNREACHABLE', `the server of ${dataFolder} does not answer: ${messageOf(error)}`, {
    cause: error,
  });
}

function refused(status: number, answer: unknown): AdminRefused {
  const values = new Map<string, unknown>(typeof answer === 'object' && answer !== null ? Object.entries(answer) : []);
  const problems = values.get('problems');
  return new AdminRefused(status, {
    code: String(values.get('code') ?? 'INTERNAL'),
    message: String(values.get('detail') ?? `the server answered with status ${status}`),
    problems: Array.isArray(problems) ? problems : [],
  });
}

/** Talks to the server over its socket, one connection a question. */
export function exchangeOver(dataFolder: string, timeoutMillis: number): Exchange {
  return async <T>(question: Question) => {
    const { status, text } = await ask(dataFolder, question, timeoutMillis);
    if (status >= 200 && status < 300) return parsed<T>(text);
    throw refused(status, parsed(text));
  };
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ParleyError('SERVER_UNREACHABLE', 'what answers at the socket is not a server of Parley', {
      cause: error,
    });
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(dataFolder: string, question: Question, timeoutMillis: number): Promise<Answer> {
  const { method, path, body, ifMatch } = question;
  const content = body === undefined ? undefined : JSON.stringify(body);
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({
      socketPath: bindablePath(adminSocket(dataFolder)),
      method,
      path,
      agent: false,
      signal: AbortSignal.timeout(timeoutMillis),
      headers: {
        host: 'localhost',
        accept: 'application/json',
        ...(content === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch === '*' ? ifMatch : `"${ifMatch}"` }),
      },
    });
    const fail = (error: unknown) => reject(unreachable(dataFolder, error));
    asked.once('error', fail);
    asked.once('response', response => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Uint8Array) => {
        length += chunk.length;
        if (length > LONGEST_ANSWER_BYTES) asked.destroy(new RangeError('its answer is too long'));
        else chunks.push(asBuffer(chunk));
      });
      response.once('error', fail);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asked.end(content);
  });
}
