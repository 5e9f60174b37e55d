import { BatchSocket } from './batch-socket.ts';
import { authorizationOf, type Digest, nonceIn, numberIn, register, statusIn } from './messages.ts';

/*
 * The process that makes the load: so many requests are under way at any time, the next one is sent when one is answered. All requests
 * are made before the clock runs.
 */

export interface LoadOrder {
  readonly toPort: number;
  readonly digest: Digest;
  readonly users: number;
  /** Each user registers so often; the first `warmUp` rounds are not counted. */
  readonly rounds: number;
  readonly warmUp: number;
  readonly window: number;
}

export type LoadReport =
  | { readonly kind: 'begun' }
  | { readonly kind: 'done'; readonly millis: number; readonly registrations: number; readonly sentAgain: number };

const ADDRESS = '127.0.0.1';
const PORT = 19_100;
const STALL_MILLIS = 300;
const PATIENCE_MILLIS = 20_000;

/** Sends all of them and waits for all answers; returns how many had to be sent again because nothing came back. */
function exchange(socket: BatchSocket, requests: readonly Buffer[], options: ExchangeOptions): number {
  const { first, window, status, answered } = options;
  const waiting = new Set<number>();
  let next = 0;
  let sentAgain = 0;
  let heardAt = performance.now();
  let sentAgainAt = heardAt;
  const take = (answer: Buffer): void => {
    const at = numberIn(answer) - first;
    if (!waiting.delete(at)) return;
    if (statusIn(answer) !== status)
      throw new Error(`not ${status}:\n${answer.toString('latin1')}\nto\n${requests[at]}`);
    answered?.(at, answer);
  };
  while (next < requests.length || waiting.size > 0) {
    for (; waiting.size < window && next < requests.length; next++) {
      waiting.add(next);
      socket.send(requests[next]);
    }
    socket.flush();
    if (socket.receive(take) > 0) heardAt = performance.now();
    else if (performance.now() - Math.max(heardAt, sentAgainAt) > STALL_MILLIS) {
      if (performance.now() - heardAt > PATIENCE_MILLIS) throw new Error(`${waiting.size} requests are not answered`);
      for (const at of waiting) socket.send(requests[at]);
      sentAgain += waiting.size;
      sentAgainAt = performance.now();
    }
  }
  return sentAgain;
}

interface ExchangeOptions {
  /** Number of the first request. */
  readonly first: number;
  readonly window: number;
  readonly status: number;
  readonly answered?: (at: number, answer: Buffer) => void;
}

function load({ toPort, digest, users, rounds, warmUp, window }: LoadOrder): LoadReport {
  const socket = new BatchSocket(ADDRESS, PORT, toPort);
  const nonces: string[] = [];
  let number = 0;
  const made = (round: number) =>
    Array.from({ length: users }, (_, user) => {
      const nonce = nonces[user];
      const authorization =
        digest === 'none' || nonce === undefined ? undefined : authorizationOf({ user, digest, nonce, count: round });
      return register({ user, number: number++, cseq: round + 1, port: PORT, authorization });
    });
  if (digest !== 'none') {
    const asking = {
      first: 0,
      window,
      status: 401,
      answered: (at: number, answer: Buffer) => (nonces[at] = nonceIn(answer)),
    };
    exchange(socket, made(0), asking);
  }
  const run = (from: number, to: number, begin: () => void): LoadReport => {
    const first = number;
    const requests = Array.from({ length: to - from }, (_, at) => made(from + at)).flat();
    begin();
    const began = performance.now();
    const sentAgain = exchange(socket, requests, { first, window, status: 200 });
    return { kind: 'done', millis: performance.now() - began, registrations: requests.length, sentAgain };
  };
  run(1, 1 + warmUp, () => undefined);
  const report = run(1 + warmUp, 1 + rounds, () => tell({ kind: 'begun' }));
  socket.close();
  return report;
}

function tell(report: LoadReport): void {
  process.send?.(report);
}

process.on('message', (order: LoadOrder) => {
  // What was said before has to be on its way before this thread is busy: the loop below does not come up for air.
  setImmediate(() => tell(load(order)));
});
