import { SUBFRAME_SAMPLES } from './gsm-pulses.ts';
import { abs, mult, multR, norm } from './gsm-words.ts';

export const SHORTEST_LAG = 40;
export const LONGEST_LAG = 120;
/** Table 4.3: decision levels and levels of the gain. */
const GAIN_DECISIONS = [6554, 16384, 26214];
export const GAINS = [3277, 11469, 21299, 32767];

/** What of a subframe repeats what was before. */
export interface LongTerm {
  readonly lag: number;
  /** Index of the gain. */
  readonly gain: number;
}

/** Lag and gain of 40 samples of the short-term residual at `at`; `past` holds what was decoded, up to `at` (section 4.2.11). */
export function findLongTerm(samples: Int16Array, past: Int16Array, at: number): LongTerm {
  let loudest = 0;
  for (const sample of samples) loudest = Math.max(loudest, abs(sample));
  const scale = loudest === 0 ? 0 : Math.max(0, 6 - norm(loudest << 16));
  let lag = SHORTEST_LAG;
  let most = 0;
  for (let candidate = SHORTEST_LAG; candidate <= LONGEST_LAG; candidate++) {
    let sum = 0;
    for (let k = 0; k < SUBFRAME_SAMPLES; k++) sum += (samples[k] >> scale) * past[at + k - candidate];
    if (sum > most) [lag, most] = [candidate, sum];
  }
  return { lag, gain: gainIndex((most << 1) >> (6 - scale), powerAt(past, at - lag)) };
}

function powerAt(past: Int16Array, at: number): number {
  let power = 0;
  for (let k = 0; k < SUBFRAME_SAMPLES; k++) power += (past[at + k] >> 3) ** 2;
  return power << 1;
}

function gainIndex(correlation: number, power: number): number {
  if (correlation <= 0) return 0;
  if (correlation >= power) return 3;
  const shift = norm(power);
  const r = (correlation << shift) >> 16;
  const s = (power << shift) >> 16;
  const found = GAIN_DECISIONS.findIndex(decision => r <= mult(s, decision));
  return found < 0 ? 3 : found;
}

/** What the long-term predictor makes of the past for a sample. */
export function predicted(past: number, gain: number): number {
  return multR(GAINS[gain], past);
}
