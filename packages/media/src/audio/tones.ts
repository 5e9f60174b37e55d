import { hann, tonePower } from './goertzel.ts';

/** How a chord sounds. */
export interface ChordOptions {
  /** Samples a second; 8000 when not given. */
  readonly rate?: number;
  /** Largest sum of all tones, 0 to 1 of full scale; 0.5 when not given. */
  readonly amplitude?: number;
  /** Length of the fade at each end, which keeps clicks away; 4 ms when not given. */
  readonly fadeMillis?: number;
}

/** Several sines at once, equally loud, faded in and out. */
export function chord(frequencies: readonly number[], millis: number, options: ChordOptions = {}): Int16Array {
  const { rate = 8000, amplitude = 0.5, fadeMillis = 4 } = options;
  const samples = new Int16Array(Math.round((millis * rate) / 1000));
  const fade = Math.max(1, (fadeMillis * rate) / 1000);
  const each = (amplitude * 32767) / Math.max(1, frequencies.length);
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (const frequency of frequencies) sum += Math.sin((2 * Math.PI * frequency * i) / rate);
    samples[i] = Math.round(sum * each * Math.min(1, (i + 0.5) / fade, (samples.length - i - 0.5) / fade));
  }
  return samples;
}

/** A stretch in which the same tones sounded. */
export interface ToneSegment {
  /** Those of the candidates that sounded, in their order. */
  readonly frequencies: readonly number[];
  readonly startMillis: number;
  readonly endMillis: number;
}

/** What counts as a tone. */
export interface FindTonesOptions {
  /** Shortest segment that is told; 40 ms when not given. */
  readonly minMillis?: number;
  /** A tone is at least this loud, dB under full scale; -45 when not given. */
  readonly floorDbfs?: number;
  /** A tone is at most this much weaker than the loudest candidate; 12 dB when not given. */
  readonly rangeDb?: number;
}

const HOP_MILLIS = 10;
const WINDOW_MILLIS = 40;
/** Longest hole in a segment that is not told: one lost packet, as wide as the windows that it spoils make it. */
const MENDED_MILLIS = 50;

/**
 * Finds which of the candidate frequencies sound, and when: steps of 10 ms, windows of 40 ms, so the edges are right to about 15 ms.
 * Candidates need to be 60 Hz apart. Together the tones of a segment make up most of the sound in it, or they are not told.
 */
export function findTones(
  samples: Int16Array | Float32Array,
  rate: number,
  candidates: readonly number[],
  options: FindTonesOptions = {},
): ToneSegment[] {
  const { minMillis = 40, floorDbfs = -45, rangeDb = 12 } = options;
  const floor = (32768 * 10 ** (floorDbfs / 20)) ** 2;
  const range = 10 ** (-rangeDb / 10);
  const hop = Math.round((HOP_MILLIS * rate) / 1000);
  const length = Math.round((WINDOW_MILLIS * rate) / 1000);
  const window = hann(length);
  const frames: (readonly number[])[] = [];
  for (let middle = hop / 2; middle < samples.length; middle += hop) {
    const offset = Math.min(Math.max(0, Math.round(middle - length / 2)), Math.max(0, samples.length - length));
    frames.push(sounding(samples, candidates, { rate, offset, window, floor, range }));
  }
  return mended(
    joined(frames).filter(segment => segment.endMillis - segment.startMillis >= Math.min(30, minMillis)),
  ).filter(segment => segment.endMillis - segment.startMillis >= minMillis);
}

interface Frame {
  readonly rate: number;
  readonly offset: number;
  readonly window: Float32Array;
  readonly floor: number;
  readonly range: number;
}

/** The candidates that sound in one window. */
function sounding(samples: Int16Array | Float32Array, candidates: readonly number[], frame: Frame): readonly number[] {
  const { rate, offset, window, floor, range } = frame;
  const length = Math.min(window.length, samples.length - offset);
  const powers = candidates.map(frequency => tonePower(samples, frequency, { rate, offset, length, window }));
  const loudest = Math.max(0, ...powers);
  if (loudest < floor) return [];
  const found = candidates.filter((_, i) => powers[i] >= floor && powers[i] >= loudest * range);
  // A sine of squared amplitude p has the mean square p / 2.
  const explained = powers.reduce((sum, power) => (power >= loudest * range ? sum + power / 2 : sum), 0);
  return explained >= 0.5 * meanSquare(samples, offset, window) ? found : [];
}

/** Mean square of the samples, weighed by the square of the window as tonePower weighs them. */
function meanSquare(samples: Int16Array | Float32Array, offset: number, window: Float32Array): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < window.length && offset + i < samples.length; i++) {
    const share = window[i] * window[i];
    sum += samples[offset + i] * samples[offset + i] * share;
    weight += share;
  }
  return weight === 0 ? 0 : sum / weight;
}

/** Equal neighbours become one segment; silence is left out. */
function joined(frames: readonly (readonly number[])[]): ToneSegment[] {
  const segments: ToneSegment[] = [];
  for (let start = 0; start < frames.length; ) {
    let end = start + 1;
    while (end < frames.length && frames[end].join() === frames[start].join()) end += 1;
    if (frames[start].length > 0)
      segments.push({ frequencies: frames[start], startMillis: start * HOP_MILLIS, endMillis: end * HOP_MILLIS });
    start = end;
  }
  return segments;
}

/** A segment that was cut in two by a lost packet or a click is one again. */
function mended(segments: readonly ToneSegment[]): ToneSegment[] {
  const whole: ToneSegment[] = [];
  for (const segment of segments) {
    const before = whole.at(-1);
    const same = before?.frequencies.join() === segment.frequencies.join();
    if (before && same && segment.startMillis - before.endMillis <= MENDED_MILLIS)
      whole[whole.length - 1] = { ...before, endMillis: segment.endMillis };
    else whole.push(segment);
  }
  return whole;
}
