import type { CodecName } from '../sdp/settings.ts';
import type { Feed } from './feed.ts';
import { FeedInput } from './feed-input.ts';
import { type LineWriter, lineWriter } from './line-writer.ts';
import { FRAME_OCTETS, Sheet } from './sheet.ts';
import type { Voice } from './speaking.ts';

/** Whoever else is heard on a line: two make a conference of three. */
export const MOST_FEEDS = 2;

/** Plays of a line. */
export interface Plays {
  readonly playing: boolean;
  /** Fills a frame, silent so far; returns how many octets of it are said. */
  fill(sheet: Sheet): number;
}

/** What is heard on a line besides what is played to it. */
export interface MixedVoices {
  /** Plays that take the line for themselves: meanwhile nobody else is heard. */
  readonly alone: Plays;
  /** Plays that are laid over whatever else is heard. */
  readonly over: Plays;
}

/** What a session says: what is played to it alone, or else what the others say, and what is laid over either. */
export class Mixer implements Voice {
  readonly #voices: MixedVoices;
  readonly #inputs: FeedInput[] = [];
  readonly #alone = new Sheet();
  readonly #over = new Sheet();
  readonly #sounding: Sheet[] = [];
  #codec: CodecName = 'PCMU';
  #writer: LineWriter = lineWriter('PCMU');

  constructor(voices: MixedVoices) {
    this.#voices = voices;
  }

  set codec(codec: CodecName) {
    if (codec === this.#codec) return;
    this.#codec = this.#alone.codec = this.#over.codec = codec;
    this.#writer = lineWriter(codec);
  }

  get feeds(): number {
    return this.#inputs.length;
  }

  /** The frame that was filled last. */
  get said(): Sheet {
    return this.#writer.said;
  }

  /** Hears another session from here on. */
  join(feed: Feed): void {
    this.#inputs.push(new FeedInput(feed));
  }

  leave(feed: Feed): void {
    const at = this.#inputs.findIndex(input => input.feed === feed);
    if (at >= 0) this.#inputs.splice(at, 1);
  }

  get quiet(): boolean {
    return this.#inputs.length === 0 && !this.#voices.alone.playing && !this.#voices.over.playing;
  }

  /** A frame of 160 octets, which hold silence before. Returns how many of them are to be heard. */
  fill(into: Uint8Array, offset: number): number {
    this.#sounding.length = 0;
    const alone = this.#play(this.#voices.alone, this.#alone);
    // Who is not heard now is read all the same: he speaks on.
    for (const input of this.#inputs) if (input.read(this.#codec) && alone === 0) this.#sounding.push(input.sheet);
    this.#play(this.#voices.over, this.#over);
    this.#writer.write(this.#sounding, into, offset);
    if (this.#sounding.length === 0) return 0;
    return alone > 0 && this.#sounding.length === 1 ? alone : FRAME_OCTETS;
  }

  paused(): void {
    this.#writer.paused();
  }

  #play(plays: Plays, sheet: Sheet): number {
    if (!plays.playing && !sheet.rings) return 0;
    sheet.clear();
    const filled = plays.playing ? plays.fill(sheet) : 0;
    if (filled > 0 || sheet.rings) this.#sounding.push(sheet);
    if (filled < FRAME_OCTETS) sheet.pause(filled);
    return filled;
  }
}
