import { xTones } from '@parley/media';
import type { PromptBook } from '../book/prompt-book.ts';

/** Item numbers below this are one chord; each of the pairs above announces this many items more. */
const SINGLE = 110;

/** How many items a test language can have: 110 of one chord, 1,100 of two. */
export const MOST_CHORDS = SINGLE + (xTones.size - SINGLE) * SINGLE;

const SOUND_MILLIS = 200;

/** The sound of an item, 8 kHz: 200 ms of its chord and a pause. From item 110 on an announcing chord, then the second one. */
export function chordOf(item: number): Int16Array {
  if (item < SINGLE) return xTones.chord(item, SOUND_MILLIS);
  const first = xTones.chord(SINGLE + Math.floor((item - SINGLE) / SINGLE), SOUND_MILLIS);
  const second = xTones.chord((item - SINGLE) % SINGLE, SOUND_MILLIS);
  const samples = new Int16Array(first.length + second.length);
  samples.set(first);
  samples.set(second, first.length);
  return samples;
}

/** An item heard in a recording of a call in a test language. */
export interface HeardItem {
  /** "record.prompt", "digit.4"; "?17" when the language has no such item. */
  readonly item: string;
  readonly startMillis: number;
  readonly endMillis: number;
}

/**
 * The way back: what a recording (8 kHz) of a call in a test language says, in order, so that a real call has the same
 * transcript as `PromptBook.textOf`.
 */
export function heardItems(book: PromptBook, language: string, samples: Int16Array): readonly HeardItem[] {
  const heard: HeardItem[] = [];
  let announced: { readonly base: number; readonly startMillis: number } | undefined;
  for (const { index, startMillis, endMillis } of xTones.decode(samples)) {
    if (index >= SINGLE) {
      announced = { base: SINGLE + (index - SINGLE) * SINGLE, startMillis };
      continue;
    }
    const number = (announced?.base ?? 0) + index;
    const item = book.itemOfChord(language, number) ?? `?${number}`;
    heard.push({ item, startMillis: announced?.startMillis ?? startMillis, endMillis });
    announced = undefined;
  }
  return heard;
}
