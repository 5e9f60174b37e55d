import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { newReach, play } from './interleaved.ts';
import { plays } from './interleaved-steps.ts';

/** Plays in a thread of its own: under the hooks by which the test runner follows every promise it takes twice as long. */
const { seed, numRuns }: { readonly seed: number; readonly numRuns: number } = workerData;

const reach = newReach();
await fc.assert(
  fc.asyncProperty(plays, what => play(what, reach)),
  { seed, numRuns },
);
parentPort?.postMessage(reach);
