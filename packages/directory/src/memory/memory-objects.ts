import type { Clock } from '@parley/base';
import { KeptObjects } from '../life-cycle/kept-objects.ts';

/** Objects that are kept nowhere else: for tests, and for planning what will be written in one piece. */
export function memoryObjects({
  clock,
  languages,
}: {
  readonly clock: Clock;
  readonly languages?: readonly string[];
}): KeptObjects {
  return new KeptObjects({
    clock,
    keeping: { load: async () => [], keep: async () => undefined },
    rules: { languages },
  });
}
