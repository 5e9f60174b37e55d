import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Reach } from './sequences.ts';

const SEED = 20_261_122;
/** `PARLEY_SEQUENCES=20000 node --test packages/sip/test/sequences.property.test.ts` plays the whole campaign. */
const SEQUENCES = Number(process.env.PARLEY_SEQUENCES ?? 3_000);

test(`${SEQUENCES} sequences of requests and answers in and out of place, in and out of dialogs, whole and flawed, leave nothing behind (seed ${SEED})`, async t => {
  const workerData = { seed: SEED, numRuns: SEQUENCES };
  const worker = new Worker(new URL('./sequences-worker.ts', import.meta.url), { workerData });
  const [reach] = (await once(worker, 'message')) as [Reach];
  const { sequences, ...counts } = reach;
  assert.equal(sequences, SEQUENCES);
  t.diagnostic(JSON.stringify(reach));
  for (const [name, count] of Object.entries(counts))
    assert.ok(count > SEQUENCES / 50, `only ${count} ${name}: the sequences do not reach far enough`);
});
