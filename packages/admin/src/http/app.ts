import type { Socket } from 'node:net';
import { type Clock, codeOf, type Log, ParleyError } from '@parley/base';
import fastify, { type FastifyInstance } from 'fastify';
import { entryOf } from '../errors/catalogue.ts';
import { PROBLEM_TYPE, problemDetails } from '../errors/problem-details.ts';
import { readJson } from './read-json.ts';
import { requestIdOf } from './request-id.ts';

/** What the door proves itself with, and whose certificates it asks for. PEM. */
export interface DoorTls {
  readonly certificate: string;
  readonly key: string;
  /** Authorities of client certificates; none: no client is asked for one. */
  readonly clientAuthorities?: string;
}

export interface AppOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** HTTPS; HTTP without it, for the socket. */
  readonly tls?: DoorTls;
  readonly maxConnections: number;
}

/** Longest body: an object with every property at its longest is far below. Tables have a budget of their own. */
export const BODY_LIMIT_BYTES = 256 * 1024;
/** Longest identity in a path, before it is decoded. */
const LONGEST_PARAMETER = 2048;
const HEADER_LIMIT_BYTES = 16 * 1024;
/** A connection on which nothing moves. */
const IDLE_MILLIS = 60_000;
const HEADERS_MILLIS = 10_000;
/** A whole request, the longest table included. */
const REQUEST_MILLIS = 300_000;
/** Requests on one connection: a client that wants more opens another, and the load spreads. */
const MOST_REQUESTS = 10_000;

/** An HTTP server with budgets, request ids and answers to whatever goes wrong; it has no routes yet. */
export function createApp({ log, clock, tls, maxConnections }: AppOptions): FastifyInstance {
  const common = {
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    requestTimeout: REQUEST_MILLIS,
    connectionTimeout: IDLE_MILLIS,
    maxRequestsPerSocket: MOST_REQUESTS,
    forceCloseConnections: true,
    requestIdHeader: false as const,
    genReqId: (request: Parameters<typeof requestIdOf>[0]) => requestIdOf(request, clock),
    clientErrorHandler: refuseConnection,
  };
  const http = { maxHeaderSize: HEADER_LIMIT_BYTES, headersTimeout: HEADERS_MILLIS };
  const app: FastifyInstance = tls
    ? fastify({ ...common, https: { ...http, ...secureContext(tls) } })
    : fastify({ ...common, http });
  app.server.maxConnections = maxConnections;
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'x-request-id': request.id, ...(tls ? SECURE_HEADERS : HEADERS) });
  });
  answerRefusals(app, log);
  takeJson(app);
  return app;
}

/** Whoever shows a certificate that nobody vouches for is let in as if he had shown none: it proves nothing. */
function secureContext({ certificate, key, clientAuthorities }: DoorTls) {
  return {
    cert: certificate,
    key,
    minVersion: 'TLSv1.2' as const,
    ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities, requestCert: true, rejectUnauthorized: false }),
  };
}

/** Answers are data for the one who asked: not kept, not guessed at, not shown as a page. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};
const SECURE_HEADERS = { ...HEADERS, 'strict-transport-security': 'max-age=31536000' };

function answerRefusals(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (error, request, reply) => {
    const details = problemDetails(error, { log, requestId: request.id });
    return reply.code(details.status).type(PROBLEM_TYPE).send(details);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = JSON.stringify(request.url.slice(0, 200));
    const unknown = new ParleyError('ROUTE_NOT_FOUND', `there is no ${request.method} ${path}`);
    const details = problemDetails(unknown, { log, requestId: request.id });
    return reply.code(details.status).type(PROBLEM_TYPE).send(details);
  });
}

/** Only JSON, looked through before anything is built of it. */
function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const types = ['application/json', 'application/merge-patch+json'];
  app.addContentTypeParser(types, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => readJson(body));
}

/** What is no HTTP, or too much of it, never becomes a request: it is answered on the wire (RFC 9112 9.6). */
function refuseConnection(error: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, title, code } = entryOf(CODES.get(codeOf(error) ?? '') ?? 'REQUEST_INVALID');
  const body = JSON.stringify({ type: `/v1/problems/${code}`, title, status, detail: title, code, problems: [] });
  const head = `HTTP/1.1 ${status} ${status}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}

const CODES: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', 'HEADERS_TOO_LARGE'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'REQUEST_TIMEOUT'],
]);
