import { hann, tonePower } from './goertzel.ts';

const RATE = 8000;
/** 40 ms: steps of 25 Hz, so that the tones, 100 Hz apart, do not show in each other's steps. */
const LENGTH = 320;
const STEP = RATE / LENGTH;
const WINDOW = hann(LENGTH);
/** Steps that are looked at: 1675 to 3400 Hz. */
const FIRST = 67;
const LAST = 136;
const FIRST_TONE = 70;
const TONE_STEPS = 4;
const TONE_COUNT = 16;

/** Weakest tone that is heard: 45 dB below full scale, squared amplitude. */
const FLOOR = (32768 * 10 ** (-45 / 20)) ** 2;
/** The weaker tone of the two is at most 8 dB below the stronger. */
const TWIST = 10 ** -0.8;
/** Of everything above 1675 Hz, this much is the two tones. */
const PURITY = 0.75;
/** Of everything at all, this much is the two tones: 13 dB below it at worst. */
const SHARE = 0.05;

/** The two tones that make up what is above 1700 Hz in the 40 ms around `millis`; undefined when there is no such pair. */
export function loudestPair(samples: Int16Array, millis: number): readonly [number, number] | undefined {
  const offset = Math.min(Math.max(0, (millis * RATE) / 1000 - LENGTH / 2), samples.length - LENGTH);
  if (offset < 0) return undefined;
  // Most of a call is silence or speech; the power of the sixteen tones alone tells, and the rest is not computed.
  const tones = Array.from({ length: TONE_COUNT }, (_, i) => powerAt(samples, offset, FIRST_TONE + i * TONE_STEPS));
  const ranked = tones.map((_, i) => i).sort((a, b) => tones[b] - tones[a]);
  const [strong, weak] = ranked;
  if (tones[weak] < FLOOR || tones[weak] < tones[strong] * TWIST) return undefined;
  if ((tones[strong] + tones[weak]) / 2 < SHARE * meanSquare(samples, offset)) return undefined;
  if (purity(samples, offset, [strong, weak]) < PURITY) return undefined;
  const [low, high] = strong < weak ? [strong, weak] : [weak, strong];
  return [frequencyOf(low), frequencyOf(high)];
}

function frequencyOf(tone: number): number {
  return (FIRST_TONE + tone * TONE_STEPS) * STEP;
}

function powerAt(samples: Int16Array, offset: number, step: number): number {
  return tonePower(samples, step * STEP, { rate: RATE, offset, length: LENGTH, window: WINDOW });
}

/** How much of the band above 1675 Hz lies in the steps of the two tones and in their neighbours (a windowed sine is three steps wide). */
function purity(samples: Int16Array, offset: number, tones: readonly number[]): number {
  let all = 0;
  let theirs = 0;
  for (let step = FIRST; step <= LAST; step++) {
    const power = powerAt(samples, offset, step);
    all += power;
    if (tones.some(tone => Math.abs(step - FIRST_TONE - tone * TONE_STEPS) <= 1)) theirs += power;
  }
  return all === 0 ? 0 : theirs / all;
}

function meanSquare(samples: Int16Array, offset: number): number {
  let sum = 0;
  for (let i = offset; i < offset + LENGTH; i++) sum += samples[i] * samples[i];
  return sum / LENGTH;
}
