import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codeOf, type Log, messageOf, ParleyError } from '@parley/base';
import type { Registry } from 'prom-client';

export interface HealthOptions {
  readonly address: string;
  readonly port: number;
  readonly registry: Registry;
  /** Why new calls are not taken; empty when they are. */
  readonly notReady: () => readonly string[];
  readonly log: Log;
}

/** /live (the loop turns), /ready (a message could be taken now) and /metrics, for probes on this machine. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws ParleyError HTTP_PORT_IN_USE. */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(options, request.method ?? '', request.url ?? '').then(
      ({ status, type, text }) =>
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text),
      error => {
        options.log.error('health request failed', { error });
        response.writeHead(500).end();
      },
    );
  });
  server.maxConnections = 64;
  server.requestTimeout = 5000;
  server.headersTimeout = 5000;
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  options: HealthOptions,
  method: string,
  url: string,
): Promise<{ status: number; type: string; text: string }> {
  const plain = 'text/plain; charset=utf-8';
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: plain, text: 'GET and HEAD are allowed\n' };
  switch (url.split('?')[0]) {
    case '/live':
      return { status: 200, type: plain, text: 'live\n' };
    case '/ready': {
      const reasons = options.notReady();
      return reasons.length === 0
        ? { status: 200, type: plain, text: 'ready\n' }
        : { status: 503, type: plain, text: `${reasons.join('\n')}\n` };
    }
    case '/metrics':
      return { status: 200, type: options.registry.contentType, text: await options.registry.metrics() };
    default:
      return { status: 404, type: plain, text: '/live, /ready and /metrics are here\n' };
  }
}

function listen(server: Server, { address, port }: HealthOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      const taken = codeOf(error) === 'EADDRINUSE';
      reject(
        new ParleyError(
          taken ? 'HTTP_PORT_IN_USE' : 'HTTP_FAILED',
          `HTTP ${address}:${port} ${taken ? 'is taken by another program' : `cannot be listened on (${messageOf(error)})`}. Set http.address and http.port in the configuration file.`,
        ),
      );
    });
    server.listen(port, address, () => resolve());
  });
}
