import { gainFor, levelOfFrames } from '../audio/level.ts';

/** What a message is brought to: about the level of a prompt. dB under full scale, of the parts that are not pauses. */
export const TARGET_DBFS = -20;
/** A faint caller is made louder by at most this; more would bring up the noise of the line. A loud one is left as he is. */
export const MAX_GAIN_DB = 12;

/** The factor, 1 to 4, that sound of that rate is made louder by; its largest sample then stays 1 dB under full scale. */
export async function loudness(sound: AsyncIterable<Int16Array>, rate: number): Promise<number> {
  const frame = rate / 50;
  const frames: number[] = [];
  let peak = 0;
  for await (const samples of sound)
    for (let start = 0; start < samples.length; start += frame) {
      const end = Math.min(samples.length, start + frame);
      let sum = 0;
      for (let i = start; i < end; i++) {
        const energy = samples[i] * samples[i];
        sum += energy;
        if (energy > peak) peak = energy;
      }
      frames.push(sum / (end - start));
    }
  return Math.max(1, gainFor(levelOfFrames(frames), Math.sqrt(peak), TARGET_DBFS, { maxGainDb: MAX_GAIN_DB }));
}
