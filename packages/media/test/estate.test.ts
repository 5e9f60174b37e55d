import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { codeOf } from '@parley/base';
import { DgramSockets } from '../src/engine/dgram-sockets.ts';
import { type SocketKind, settle } from '../src/engine/linux-sockets/index.ts';
import { threadArguments } from '../src/worker/thread-arguments.ts';
import { SYSTEM_SOCKETS } from './sockets-lab.ts';

const ADDRESS = '127.0.0.1';

/** Whether a port can be bound; within a second, because the kernel ends an io_uring in its own time. */
async function becomesFree(port: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      (await new DgramSockets().bind({ address: ADDRESS, port }, { packet() {} })).close();
      return true;
    } catch (error) {
      assert.equal(codeOf(error), 'EADDRINUSE');
      await setTimeout(10);
    }
  }
  return false;
}

async function die(kind: SocketKind, port: number): Promise<void> {
  const worker = new Worker(new URL('./doomed-worker.ts', import.meta.url), {
    workerData: { kind, port },
    execArgv: threadArguments(),
  });
  const [shared]: SharedArrayBuffer[] = await once(worker, 'message');
  await worker.terminate();
  await assert.rejects(new DgramSockets().bind({ address: ADDRESS, port }, { packet() {} }), {
    code: 'EADDRINUSE',
  });
  assert.equal(settle(shared), undefined);
  assert.equal(await becomesFree(port), true);
  assert.equal(settle(shared), undefined, 'once is enough, twice does no harm');
}

for (const [i, { kind, skip }] of SYSTEM_SOCKETS.filter(({ kind }) => kind !== 'dgram').entries())
  test(`${kind}: what a killed thread held is given back`, { skip }, () => die(kind, 31_200 + i));
