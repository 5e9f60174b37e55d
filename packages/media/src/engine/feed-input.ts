import { Concealer } from '../codec/concealer.ts';
import { G722_RATE } from '../codec/g722.ts';
import { Adapter } from '../codec/transcoder.ts';
import type { CodecName } from '../sdp/settings.ts';
import type { Feed } from './feed.ts';
import { FRAME_OCTETS, Sheet } from './sheet.ts';

/** Frames in a row that are made up where packets of G.722 are missing: as long as a concealer has something to say. */
const MOST_MADE_UP = 3;

/** What another session says, as a voice of this line. */
export class FeedInput {
  readonly feed: Feed;
  readonly sheet = new Sheet();
  readonly #adapter = new Adapter();
  #concealer: Concealer | undefined;
  #missing = MOST_MADE_UP;

  constructor(feed: Feed) {
    this.feed = feed;
  }

  /** Takes its next 20 ms into `sheet`. False when there is nothing to hear. */
  read(codec: CodecName): boolean {
    this.sheet.codec = codec;
    return codec === 'G722' ? this.#readWide() : this.#readNarrow(codec);
  }

  #readNarrow(codec: CodecName): boolean {
    if (!this.feed.read()) return false;
    const transcoder = this.#adapter.between(this.feed.codec, codec);
    if (transcoder) transcoder.run(this.feed.frame, 0, FRAME_OCTETS, this.sheet.octets, 0);
    else this.sheet.octets.set(this.feed.frame);
    return true;
  }

  #readWide(): boolean {
    const { samples } = this.sheet;
    if (!this.feed.read()) return this.#makeUp(samples);
    const { codec, frame } = this.feed;
    this.sheet.ear.hear(codec, { bytes: frame, offset: 0, length: FRAME_OCTETS }, samples);
    this.#concealer ??= new Concealer(G722_RATE);
    this.#concealer.heard(samples);
    this.#missing = 0;
    return true;
  }

  /** What is missing of G.711 its feed has made up. */
  #makeUp(samples: Int16Array): boolean {
    if (this.#missing >= MOST_MADE_UP || this.feed.codec !== 'G722') return false;
    this.#missing += 1;
    this.#concealer?.lost(samples);
    return true;
  }
}
