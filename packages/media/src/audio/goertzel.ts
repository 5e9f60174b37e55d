/**
 * The power of one frequency in a stretch of sound (Goertzel's algorithm), as the squared amplitude of a sine: a sine of amplitude `a` at that frequency
 * gives `a * a`. `window`, of `length` values, weighs the samples; without it they count alike.
 */
export function tonePower(
  samples: Int16Array | Float32Array,
  frequency: number,
  { rate, offset = 0, length = samples.length - offset, window }: ToneStretch,
): number {
  const turn = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let last = 0;
  let before = 0;
  let weight = 0;
  for (let i = 0; i < length; i++) {
    const share = window ? window[i] : 1;
    const now = samples[offset + i] * share + turn * last - before;
    before = last;
    last = now;
    weight += share;
  }
  if (weight === 0) return 0;
  return (4 * (last * last + before * before - turn * last * before)) / (weight * weight);
}

/** Where to look for a tone. */
export interface ToneStretch {
  /** Samples a second. */
  readonly rate: number;
  /** First sample; 0 when not given. */
  readonly offset?: number;
  /** Samples; to the end when not given. */
  readonly length?: number;
  readonly window?: Float32Array;
}

/** The window of Hann: what is more than two steps of rate/length away from a tone is at least 31 dB down, and falls 18 dB an octave. */
export function hann(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length));
}
