import { Bug } from '@parley/base';
import { chord } from './tones.ts';
import { loudestPair } from './x-tones-frame.ts';

/**
 * The test language: every prompt is a chord of two out of sixteen tones, 1750 to 3250 Hz, above everything that a telephone key or a test
 * caller sounds like. The recording of a real call decodes into the transcript of what was said in it.
 */

/** The sixteen tones, Hz. */
const TONES: readonly number[] = Array.from({ length: 16 }, (_, i) => 1750 + 100 * i);

const PAIRS: readonly (readonly [number, number])[] = TONES.flatMap((low, i) =>
  TONES.slice(i + 1).map(high => [low, high] as const),
);

/** Silence after each chord, so that the same one twice is heard as two. */
const PAUSE_MILLIS = 120;
/** Longest hole in a chord: lost packets, concealed or not. Well below the pause. */
const HOLE_MILLIS = 80;
const FRAME_MILLIS = 10;
/** Frames in a row that count at all, and frames that make a chord. */
const SHORTEST_RUN = 3;
const SHORTEST_CHORD = 6;

/** A chord that was heard. */
export interface HeardChord {
  /** 0 to 119. */
  readonly index: number;
  readonly startMillis: number;
  readonly endMillis: number;
}

interface Run extends HeardChord {
  readonly frames: number;
}

/** The two frequencies, Hz, of a prompt's number. */
function pair(index: number): readonly [number, number] {
  const found = PAIRS[index];
  if (!found) throw new Bug(`x-tones has the numbers 0 to ${PAIRS.length - 1}, not ${index}`);
  return found;
}

/** 8 kHz samples: the chord for `millis` (160 when not given, at least 100), then 120 ms of silence. */
function spoken(index: number, millis = 160): Int16Array {
  const sound = chord(pair(index), Math.max(100, millis));
  const samples = new Int16Array(sound.length + PAUSE_MILLIS * 8);
  samples.set(sound);
  return samples;
}

/**
 * The chords in 8 kHz sound, in order; edges are right to about 20 ms. Holes of up to 80 ms do not cut a chord in two, noise 25 dB below it and
 * other tones below 1700 Hz (up to 12 dB louder) do not hide it; speech, keys and tones of other sources are not taken for one.
 */
function decode(samples: Int16Array): HeardChord[] {
  return mended(runsOf(samples))
    .filter(run => run.frames >= SHORTEST_CHORD)
    .map(({ index, startMillis, endMillis }) => ({ index, startMillis, endMillis }));
}

/** Frames of 10 ms in a row that hold the same chord. */
function runsOf(samples: Int16Array): Run[] {
  const runs: Run[] = [];
  const count = Math.floor(samples.length / (FRAME_MILLIS * 8));
  let start = 0;
  let current = -1;
  for (let frame = 0; frame <= count; frame++) {
    const found = frame < count ? loudestPair(samples, frame * FRAME_MILLIS + FRAME_MILLIS / 2) : undefined;
    const index = found ? PAIRS.findIndex(([low, high]) => low === found[0] && high === found[1]) : -1;
    if (index === current && frame < count) continue;
    const frames = frame - start;
    if (current >= 0 && frames >= SHORTEST_RUN)
      runs.push({ index: current, startMillis: start * FRAME_MILLIS, endMillis: frame * FRAME_MILLIS, frames });
    start = frame;
    current = index;
  }
  return runs;
}

/** Runs of one chord with a short hole between them are one. */
function mended(runs: readonly Run[]): Run[] {
  const whole: Run[] = [];
  for (const run of runs) {
    const before = whole.at(-1);
    if (before?.index === run.index && run.startMillis - before.endMillis <= HOLE_MILLIS)
      whole[whole.length - 1] = { ...before, endMillis: run.endMillis, frames: before.frames + run.frames };
    else whole.push(run);
  }
  return whole;
}

/**
 * The test language: `chord(index)` is the sound of a number from 0 to `size - 1`, 8 kHz (throws `Bug` for others), `pair(index)` its two frequencies, `decode(samples)` what
 * was said in a recording of 8 kHz, in order.
 */
export const xTones = { tones: TONES, size: PAIRS.length, pair, chord: spoken, decode } as const;
