import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Reach } from './interleaved.ts';

const SEED = Number(process.env.PARLEY_SEED ?? 20_261_122);
/** `PARLEY_INTERLEAVED=20000 node --test packages/sip/test/interleaved.property.test.ts` plays the whole campaign. */
const PLAYS = Number(process.env.PARLEY_INTERLEAVED ?? 500);

test(`${PLAYS} plays of three user agents and a proxy that lose, double and overtake their messages leave nothing behind (seed ${SEED})`, async t => {
  const workerData = { seed: SEED, numRuns: PLAYS };
  const worker = new Worker(new URL('./interleaved-worker.ts', import.meta.url), { workerData });
  const [reach] = (await once(worker, 'message')) as [Reach];
  const { plays, ...counts } = reach;
  assert.equal(plays, PLAYS);
  t.diagnostic(JSON.stringify(reach));
  for (const [name, count] of Object.entries(counts))
    assert.ok(count > PLAYS / 200, `only ${count} ${name}: the plays do not reach far enough`);
});
