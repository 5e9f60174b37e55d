import type { Envelope, TakeRole } from '../draft.ts';
import type { AudioHead } from './audio.ts';
import type { Choice, SealData } from './bodies.ts';
import { keptMillis, messageOf, type TakeState } from './message-of.ts';

/** What the log holds of one draft: kept by the writer as it writes, and built again by recovery as it reads. */
export class DraftState {
  readonly id: string;
  /** Undefined when BEGIN could not be read. */
  envelope: Envelope | undefined;
  /** Place of its first record, and the place behind its last one. */
  first: number;
  last: number;
  readonly takes = new Map<number, TakeState>();
  choice: Choice = {};
  seal: SealData | undefined;
  discarded = false;
  #choicePlace = -1;
  #readSamples = 0;

  constructor(id: string, place: number) {
    this.id = id;
    this.first = place;
    this.last = place;
  }

  /** Widens the stretch of the log that belongs to this draft. */
  covers(place: number, end: number): void {
    this.first = Math.min(this.first, place);
    this.last = Math.max(this.last, end);
  }

  take(number: number, role: TakeRole): TakeState {
    let take = this.takes.get(number);
    if (!take) {
      take = { number, role, codec: undefined, refs: [], samples: 0, soundSamples: 0, keepMillis: undefined };
      this.takes.set(number, take);
    }
    take.role = role;
    return take;
  }

  audio(head: AudioHead, place: number): void {
    const take = this.take(head.take, head.role);
    take.refs.push(place);
    take.codec ??= head.codec;
    take.samples = Math.max(take.samples, head.start + head.samples);
    take.soundSamples += head.soundSamples;
    this.#readSamples += head.samples;
  }

  /** The newest choice counts, whatever order the records were found in; a choice changes only what it names. */
  choose(choice: Choice, place: number): void {
    this.choice = place > this.#choicePlace ? { ...this.choice, ...choice } : { ...choice, ...this.choice };
    this.#choicePlace = Math.max(this.#choicePlace, place);
  }

  /** Takes in the order of their numbers. */
  inOrder(): TakeState[] {
    return [...this.takes.values()].sort((a, b) => a.number - b.number);
  }

  /** Takes that are the message: as sealed, or by the rule as things stand. */
  message(): number[] {
    return this.seal ? [...this.seal.takes] : messageOf(this.inOrder(), this.envelope?.minimumMillis ?? 0);
  }

  /** Length of those takes, milliseconds. */
  millisOf(takes: readonly number[]): number {
    return takes.reduce((sum, number) => {
      const take = this.takes.get(number);
      return sum + (take ? keptMillis(take) : 0);
    }, 0);
  }

  /** Whether AUDIO records are missing between those that were read. */
  get incomplete(): boolean {
    return this.#readSamples < [...this.takes.values()].reduce((sum, take) => sum + take.samples, 0);
  }
}
