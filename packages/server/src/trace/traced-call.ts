import type { CallRecord } from '@parley/directory';
import type { ForeignMedia } from '@parley/media';
import { type KeptMessage, kept, type Passing } from './kept-message.ts';

/** Most messages of one call that are kept: the first half, and the newest. */
const MOST_MESSAGES = 64;
const FIRST = MOST_MESSAGES / 2;
/** Most calls that one call was handed on to. */
const MOST_LEGS = 8;

/** What is kept of the messages with one Call-ID. */
export class TracedCall {
  readonly callId: string;
  /** Wall time of the first message, milliseconds since 1970. */
  readonly startedAt: number;
  readonly legs: string[] = [];
  record: CallRecord | undefined;
  /** The other side is not heard: where its media should come from, and where they come from. */
  foreign: ForeignMedia | undefined;
  /** Messages that were forgotten, behind the first half. */
  leftOut = 0;
  readonly #messages: KeptMessage[] = [];

  constructor(callId: string, startedAt: number) {
    this.callId = callId;
    this.startedAt = startedAt;
  }

  get messages(): readonly KeptMessage[] {
    return this.#messages;
  }

  add(passing: Passing, at: number): void {
    const message = kept(passing, at);
    const before = this.#messages.find(
      ({ head, direction, octets }) =>
        octets === message.octets && direction === message.direction && head === message.head,
    );
    // A copy shares the text of the first one.
    this.#messages.push(before ? { ...before, at, isCopy: true } : message);
    if (this.#messages.length <= MOST_MESSAGES) return;
    this.#messages.splice(FIRST, 1);
    this.leftOut += 1;
  }

  /** The call was handed on, by a call of ours with that Call-ID. */
  leadsTo(leg: string): void {
    if (this.legs.length < MOST_LEGS && !this.legs.includes(leg)) this.legs.push(leg);
  }
}
