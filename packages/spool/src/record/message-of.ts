import type { TakeRole } from '../draft.ts';
import { type AudioCodec, SAMPLES_PER_MILLI } from './audio.ts';

/** One take as the rule sees it, live or read back. */
export interface TakeState {
  readonly number: number;
  role: TakeRole;
  /** Codec of its first AUDIO record. */
  codec: AudioCodec | undefined;
  /** Places of its AUDIO records in the writer's log, in order. */
  readonly refs: number[];
  /** Length of what was recorded, samples (1/8 ms), gaps included. */
  samples: number;
  soundSamples: number;
  /** Only the first so many milliseconds count; undefined while the take is open. */
  keepMillis: number | undefined;
}

/** Length that counts, milliseconds. */
export function keptMillis(take: TakeState): number {
  return Math.min(take.samples / SAMPLES_PER_MILLI, take.keepMillis ?? Number.POSITIVE_INFINITY);
}

/** Sound in it, milliseconds; never more than what is kept. */
export function keptSound(take: TakeState): number {
  return Math.min(take.soundSamples / SAMPLES_PER_MILLI, keptMillis(take));
}

/**
 * The numbers of the takes that are the message, in order; empty when there is none. The same rule decides when a message is
 * sealed and when it is found after a crash: a 'replace' take counts only once it has the minimum of sound, until then the old
 * takes stand; an 'add' take goes behind the others; altogether there must be the minimum of sound, and something at all.
 */
export function messageOf(takes: Iterable<TakeState>, minimumMillis: number): number[] {
  let message: TakeState[] = [];
  for (const take of takes) {
    if (take.samples === 0 || keptMillis(take) === 0) continue;
    if (take.role === 'add') message.push(take);
    else if (keptSound(take) >= minimumMillis) message = [take];
  }
  const sound = message.reduce((sum, take) => sum + keptSound(take), 0);
  return message.length > 0 && sound >= minimumMillis ? message.map(take => take.number) : [];
}
