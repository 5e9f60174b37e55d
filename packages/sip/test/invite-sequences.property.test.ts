import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newReach, play, policies, sequences } from './invite-sequences.ts';

const SEED = 20_261_122;
const SEQUENCES = 2_000;

test(`${SEQUENCES} sequences of INVITE, PRACK, UPDATE, re-INVITE, CANCEL and BYE, in and out of place, leave nothing behind (seed ${SEED})`, async () => {
  const reach = newReach();
  const property = fc.asyncProperty(sequences, policies, (steps, policy) => play(steps, policy, reach));
  await fc.assert(property, { seed: SEED, numRuns: SEQUENCES });
  const { established, pracked, updated, refreshed } = reach;
  for (const [name, count] of Object.entries({ established, pracked, updated, refreshed }))
    assert.ok(count > SEQUENCES / 20, `only ${count} ${name}: the sequences do not reach far enough`);
});
