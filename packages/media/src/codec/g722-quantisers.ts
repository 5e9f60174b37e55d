import { type Band, saturated } from './g722-band.ts';
import { DECISIONS_6, LEVELS_2, LEVELS_4, LEVELS_6, STEPS_2, STEPS_4 } from './g722-tables.ts';

/** Threshold of the 2-bit quantiser, 1/4096 of the step. */
const DECISION_2 = 564;

/** Codes a sample (15 bits) of the lower band, 0 to 63, and adapts the band. */
export function encodeLower(band: Band, sample: number): number {
  const wrong = saturated(sample - band.prediction);
  const size = wrong < 0 ? -(wrong + 1) : wrong;
  let level = 1;
  while (level < 30 && size >= (DECISIONS_6[level] * band.step) >> 12) level += 1;
  // The negative ones are 63, 62, 31 down to 4, the positive ones 61 down to 32.
  const code = wrong >= 0 ? 62 - level : level < 3 ? 64 - level : 34 - level;
  const coarse = code >> 2;
  band.adapt((band.step * LEVELS_4[coarse]) >> 15, STEPS_4[coarse]);
  return code;
}

/** Codes a sample (15 bits) of the higher band, 0 to 3, and adapts the band. */
export function encodeHigher(band: Band, sample: number): number {
  const wrong = saturated(sample - band.prediction);
  const size = wrong < 0 ? -(wrong + 1) : wrong;
  const code = (wrong < 0 ? 0 : 2) + (size >= (DECISION_2 * band.step) >> 12 ? 0 : 1);
  band.adapt((band.step * LEVELS_2[code]) >> 15, STEPS_2[code]);
  return code;
}

/** The lower band's sample (15 bits) in an octet; adapts the band. */
export function decodeLower(band: Band, octet: number): number {
  const { step, prediction } = band;
  const coarse = (octet & 63) >> 2;
  band.adapt((step * LEVELS_4[coarse]) >> 15, STEPS_4[coarse]);
  return clipped(prediction + ((step * LEVELS_6[octet & 63]) >> 15));
}

/** The higher band's sample (15 bits) in an octet; adapts the band. */
export function decodeHigher(band: Band, octet: number): number {
  const { prediction } = band;
  const difference = (band.step * LEVELS_2[octet >> 6]) >> 15;
  band.adapt(difference, STEPS_2[octet >> 6]);
  return clipped(prediction + difference);
}

/** To 15 bits, as LIMIT has it. */
function clipped(value: number): number {
  return Math.min(16383, Math.max(-16384, value));
}
