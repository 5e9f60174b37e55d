import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { policies, sequences } from './sequence-steps.ts';
import { newReach, play } from './sequences.ts';

/** Plays sequences in a thread of its own: under the hooks by which the test runner follows every promise they take twice as long. */
const { seed, numRuns }: { readonly seed: number; readonly numRuns: number } = workerData;

const reach = newReach();
const property = fc.asyncProperty(sequences, policies, (steps, policy) => play(steps, policy, reach));
await fc.assert(property, { seed, numRuns });
parentPort?.postMessage(reach);
