import { silenceByte } from '../codec/silence.ts';
import { Adapter } from '../codec/transcoder.ts';
import type { CodecName } from '../sdp/settings.ts';
import type { Feed } from './feed.ts';
import {
  emptySum,
  FRAME_OCTETS,
  type FrameReader,
  type FrameWriter,
  frameReader,
  frameWriter,
} from './frame-samples.ts';
import type { Voice } from './speaking.ts';

/** Whoever else is heard on a line: two make a conference of three. */
export const MOST_FEEDS = 2;

/** Something to mix: a frame of the line's codec. */
export class Input {
  readonly frame = new Uint8Array(FRAME_OCTETS);
  #codec: CodecName | undefined;
  #reader: FrameReader | undefined;

  addTo(sum: Int32Array, codec: CodecName): void {
    if (codec !== this.#codec || !this.#reader) this.#reader = frameReader(codec);
    this.#codec = codec;
    this.#reader.add(this.frame, sum);
  }
}

/** What another session says, in the codec of this line. */
class FeedInput extends Input {
  readonly feed: Feed;
  readonly #adapter = new Adapter();

  constructor(feed: Feed) {
    super();
    this.feed = feed;
  }

  /** False when there is nothing to hear. */
  read(codec: CodecName): boolean {
    if (!this.feed.read()) return false;
    const transcoder = this.#adapter.between(this.feed.codec, codec);
    if (transcoder) transcoder.run(this.feed.frame, 0, FRAME_OCTETS, this.frame, 0);
    else this.frame.set(this.feed.frame);
    return true;
  }
}

/** What is heard on a line besides what is played to it. */
export interface MixedVoices {
  /** Plays that take the line for themselves: meanwhile nobody else is heard. */
  readonly alone: Voice & { readonly playing: boolean };
  /** Plays that are laid over whatever else is heard. */
  readonly over: Voice & { readonly playing: boolean };
}

/**
 * What a session says: what is played to it alone, or else what the others say, and what is laid over either. One voice goes through as it is coded;
 * several are added sample by sample and clipped.
 */
export class Mixer implements Voice {
  readonly #voices: MixedVoices;
  readonly #inputs: FeedInput[] = [];
  readonly #alone = new Input();
  readonly #over = new Input();
  readonly #sum = emptySum();
  readonly #sounding: Input[] = [];
  #codec: CodecName = 'PCMU';
  #writer: FrameWriter = frameWriter('PCMU');

  constructor(voices: MixedVoices) {
    this.#voices = voices;
  }

  set codec(codec: CodecName) {
    if (codec === this.#codec) return;
    this.#codec = codec;
    this.#writer = frameWriter(codec);
  }

  get feeds(): number {
    return this.#inputs.length;
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
  fill(into: Uint8Array, offset: number, length: number): number {
    const alone = this.#voices.alone.fill(into, offset, length);
    this.#sounding.length = 0;
    // Who is not heard now is read all the same: he speaks on.
    for (const input of this.#inputs) if (input.read(this.#codec) && alone === 0) this.#sounding.push(input);
    const over = this.#overlay(length);
    if (!over && this.#sounding.length === 0) return alone;
    if (alone > 0) this.#keep(into, offset);
    if (over) this.#sounding.push(this.#over);
    this.#say(into, offset);
    return length;
  }

  #overlay(length: number): boolean {
    if (!this.#voices.over.playing) return false;
    const { frame } = this.#over;
    frame.fill(silenceByte(this.#codec));
    return this.#voices.over.fill(frame, 0, length) > 0;
  }

  #keep(into: Uint8Array, offset: number): void {
    for (let i = 0; i < FRAME_OCTETS; i++) this.#alone.frame[i] = into[offset + i];
    this.#sounding.push(this.#alone);
  }

  #say(into: Uint8Array, offset: number): void {
    if (this.#sounding.length === 1) {
      into.set(this.#sounding[0].frame, offset);
      return;
    }
    this.#sum.fill(0);
    for (const input of this.#sounding) input.addTo(this.#sum, this.#codec);
    this.#writer.write(this.#sum, into, offset);
  }
}
