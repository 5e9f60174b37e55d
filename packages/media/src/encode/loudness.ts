import { gainFor, levelOfFrames } from '../audio/level.ts';
import { energyTable } from '../codec/g711.ts';
import type { Track } from './track.ts';

/** What a message is brought to: about the level of a prompt. dB under full scale, of the parts that are not pauses. */
export const TARGET_DBFS = -20;
/** A faint caller is made louder by at most this; more would bring up the noise of the line. A loud one is left as he is. */
export const MAX_GAIN_DB = 12;

const FRAME = 160;

/** The factor, 1 to 4, that a track is made louder by; its largest sample then stays 1 dB under full scale. Works on the coded bytes. */
export function loudness({ codec, bytes }: Track): number {
  const energies = energyTable(codec);
  const frames: number[] = [];
  let peak = 0;
  for (let start = 0; start < bytes.length; start += FRAME) {
    const end = Math.min(bytes.length, start + FRAME);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const energy = energies[bytes[i]];
      sum += energy;
      if (energy > peak) peak = energy;
    }
    frames.push(sum / (end - start));
  }
  return Math.max(1, gainFor(levelOfFrames(frames), Math.sqrt(peak), TARGET_DBFS, { maxGainDb: MAX_GAIN_DB }));
}
