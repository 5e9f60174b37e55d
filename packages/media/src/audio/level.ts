/** How loud sound is meant to be. */
export interface LevelOptions {
  /** No sample is made larger than this, dB under full scale; -1 when not given. */
  readonly peakDbfs?: number;
  /** At most this much louder; 30 dB when not given. */
  readonly maxGainDb?: number;
  /** Samples a second; 8000 when not given. */
  readonly rate?: number;
}

const FRAMES_A_SECOND = 50;
/** What is this much below the loudest frame is a pause and does not count for the level. */
const PAUSE = 10 ** -2.5;
/** Below this (mean square; about -70 dB under full scale) nothing is sound, and nothing is made louder. */
const SILENCE = 100;

/** The level of the parts of sound that are not pauses, dB under full scale (a full-scale sine is -3); -Infinity for silence. */
export function activeLevel(samples: Int16Array, rate = 8000): number {
  const frame = rate / FRAMES_A_SECOND;
  const energies: number[] = [];
  for (let start = 0; start < samples.length; start += frame) {
    const end = Math.min(samples.length, start + frame);
    let sum = 0;
    for (let i = start; i < end; i++) sum += samples[i] * samples[i];
    energies.push(sum / (end - start));
  }
  return levelOfFrames(energies);
}

/** As `activeLevel`, from the mean square of each frame. */
export function levelOfFrames(energies: readonly number[]): number {
  const loudest = energies.reduce((most, energy) => Math.max(most, energy), 0);
  if (loudest < SILENCE) return Number.NEGATIVE_INFINITY;
  const active = energies.filter(energy => energy >= loudest * PAUSE);
  return 10 * Math.log10(active.reduce((sum, energy) => sum + energy, 0) / active.length / 32768 ** 2);
}

/** The factor that brings sound of a level and a peak (0 to 32,768) to the target; 1 for silence. */
export function gainFor(levelDbfs: number, peak: number, targetDbfs: number, options: LevelOptions = {}): number {
  const { peakDbfs = -1, maxGainDb = 30 } = options;
  if (!Number.isFinite(levelDbfs) || peak === 0) return 1;
  const wanted = 10 ** (Math.min(maxGainDb, targetDbfs - levelDbfs) / 20);
  return Math.min(wanted, (32768 * 10 ** (peakDbfs / 20)) / peak);
}

/** Sound at the target level (of its active parts, dB under full scale, -20 is usual for prompts), without clipping. */
export function level(samples: Int16Array, targetDbfs: number, options: LevelOptions = {}): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const gain = gainFor(activeLevel(samples, options.rate), peak, targetDbfs, options);
  return samples.map(sample => Math.round(sample * gain));
}
