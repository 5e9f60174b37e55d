import { setImmediate as nextTurn } from 'node:timers/promises';
import { level, resample } from '@parley/media';

/** Level of everything spoken by a voice: dB under full scale, over the parts that are not pauses. */
const SPOKEN_LEVEL = -20;

/** What is this much quieter than the loudest sample is silence at the ends: a voice's lead-in, not its first consonant. */
const QUIET = 0.01;

/** Silence that is left before and after, so that pieces of a sentence join as if said in one go. */
const LEFT_BEFORE_MILLIS = 20;
const LEFT_AFTER_MILLIS = 90;

/** What a voice said, as a telephone of the rate `to` plays it: without silence at the ends, at the level of all prompts. */
export async function forTelephone(samples: Int16Array, rate: number, to: number): Promise<Int16Array> {
  return level(trimmed(await toRate(samples, rate, to), to), SPOKEN_LEVEL, { rate: to });
}

/** Cuts the silence at both ends; sound that is silent throughout becomes empty. */
export function trimmed(samples: Int16Array, rate: number): Int16Array {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const quiet = loudest * QUIET;
  const first = samples.findIndex(sample => Math.abs(sample) > quiet);
  if (first < 0) return new Int16Array(0);
  const last = samples.findLastIndex(sample => Math.abs(sample) > quiet);
  const before = (LEFT_BEFORE_MILLIS * rate) / 1000;
  const after = (LEFT_AFTER_MILLIS * rate) / 1000;
  return samples.subarray(Math.max(0, first - before), last + 1 + after);
}

/**
 * Any rate to that of a telephone (a multiple of 5), a second at a time with a turn of the loop in between: a long recording does not hold up the thread.
 * Each second is filtered with 200 ms of what surrounds it; all rates make that a whole number of samples in and out.
 */
export async function toRate(samples: Int16Array, rate: number, to: number): Promise<Int16Array> {
  if (rate === to) return samples;
  const around = rate / 5;
  if (samples.length <= rate || !Number.isInteger(around)) return resample(samples, rate, to);
  const out = new Int16Array(Math.round((samples.length * to) / rate));
  for (let second = 0; second * rate < samples.length; second++) {
    if (second > 0) await nextTurn();
    const from = Math.max(0, second * rate - around);
    const slice = resample(samples.subarray(from, (second + 1) * rate + around), rate, to);
    const skip = second === 0 ? 0 : to / 5;
    const at = second * to;
    out.set(slice.subarray(skip, skip + Math.min(to, out.length - at)), at);
  }
  return out;
}
