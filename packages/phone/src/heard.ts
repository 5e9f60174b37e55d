import { findTones } from '@parley/media';
import type { HearingTest } from './ear.ts';

const RATE = 8000;
/** Below this (-50 dB under full scale, mean square) it is silent. */
const SILENT = (32768 * 10 ** (-50 / 20)) ** 2;

/** A tone of so many Hz sounded for at least `minMillis` and is over for 60 ms: a record tone that asks to speak. */
export function toneOver(hertz: number, minMillis = 200): HearingTest {
  return samples => {
    const tones = findTones(samples, RATE, [hertz], { minMillis });
    const millis = samples.length / 8;
    return tones.some(({ endMillis }) => endMillis + 60 <= millis) ? true : undefined;
  };
}

/** The record tone of the shipped languages: 1000 Hz, 400 ms. */
export const recordToneOver: HearingTest = toneOver(1000, 300);

/**
 * What a decoder finds in the sound satisfies `accept`. For x-tones: `heardItem(samples => heardItems(book, 'x-tones', samples), items =>
 * items.some(({ item }) => item === 'record.tone'))`.
 */
export function heardItem<Item>(
  decode: (samples: Int16Array) => readonly Item[],
  accept: (items: readonly Item[], millis: number) => boolean,
): HearingTest {
  return samples => (accept(decode(samples), samples.length / 8) ? true : undefined);
}

/** The last `millis` were silent, after there was any sound at all. */
export function silentFor(millis: number): HearingTest {
  return samples => {
    const from = samples.length - millis * 8;
    if (from <= 0 || isSilent(samples.subarray(0, from))) return undefined;
    return isSilent(samples.subarray(from)) ? true : undefined;
  };
}

/** Whether no 20 ms of it are louder than -50 dB under full scale. */
export function isSilent(samples: Int16Array): boolean {
  for (let start = 0; start < samples.length; start += 160) {
    const end = Math.min(samples.length, start + 160);
    let sum = 0;
    for (let i = start; i < end; i++) sum += samples[i] * samples[i];
    if (sum / (end - start) > SILENT) return false;
  }
  return true;
}
