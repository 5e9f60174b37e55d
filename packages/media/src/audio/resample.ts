import { Bug } from '@parley/base';

/** Zero crossings of the sinc on each side, and the shape of the Kaiser window: 80 dB down beyond the edge. */
const CROSSINGS = 32;
const BETA = 8;
/** Where the edge lies, as a share of half the lower rate: what is above that half comes back as another tone. */
const EDGE = 0.93;

/**
 * Changes the rate of sound by a polyphase filter (windowed sinc; the rates are brought to a fraction: 22,050 to 8,000 is 160/441).
 * What is above 95 % of half the lower rate is taken away; the length is that of the input, to the nearest sample. Rates are whole numbers, 1,000 to 384,000 Hz.
 */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples;
  const { up, down, taps, phases } = polyphase(from, to);
  const out = new Int16Array(Math.round((samples.length * up) / down));
  const half = taps / 2;
  for (let i = 0; i < out.length; i++) {
    const position = i * down;
    const middle = Math.floor(position / up);
    const phase = position - middle * up;
    const first = middle - half + 1;
    const start = Math.max(0, -first);
    const end = Math.min(taps, samples.length - first);
    const base = phase * taps;
    let sum = 0;
    for (let tap = start; tap < end; tap++) sum += samples[first + tap] * phases[base + tap];
    out[i] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return out;
}

interface Polyphase {
  readonly up: number;
  readonly down: number;
  /** Length of the filter of one phase, even. */
  readonly taps: number;
  /** One filter after the other, each scaled to let a constant through unchanged. */
  readonly phases: Float32Array;
}

function polyphase(from: number, to: number): Polyphase {
  for (const rate of [from, to])
    if (!Number.isInteger(rate) || rate < 1000 || rate > 384_000)
      throw new Bug(`a rate of ${rate} Hz cannot be resampled`);
  const divisor = greatestCommonDivisor(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const cutoff = EDGE * Math.min(1, to / from);
  const half = Math.ceil(CROSSINGS / Math.min(1, to / from));
  const taps = 2 * half;
  const phases = new Float32Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - phase / up;
      const value = sinc(distance * cutoff) * kaiser(distance / half);
      phases[phase * taps + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < taps; tap++) phases[phase * taps + tap] /= sum;
  }
  return { up, down, taps, phases };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The window of Kaiser at -1 to 1. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** The modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
