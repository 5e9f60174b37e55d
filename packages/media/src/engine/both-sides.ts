import { silenceByte } from '../codec/silence.ts';
import type { CodecName } from '../sdp/settings.ts';
import { Feed } from './feed.ts';
import { FeedInput } from './feed-input.ts';
import { type LineWriter, lineWriter } from './line-writer.ts';
import { FRAME_OCTETS, Sheet } from './sheet.ts';
import { SoundDetector } from './sound-detector.ts';

/** 20 ms of both sides. One is made for a recording and filled again and again. */
export interface MixedFrame {
  readonly bytes: Uint8Array;
  /** Whether it is sound and no silence. */
  readonly sounding: boolean;
}

/** What both sides of a line say, as one sound: for recordings of a conversation. Runs on our clock, a frame a tick. */
export class BothSides {
  /** What the other side says. */
  readonly heard: Feed;
  readonly #frame = { bytes: new Uint8Array(FRAME_OCTETS), sounding: false };
  readonly #codec: CodecName;
  readonly #detector: SoundDetector;
  readonly #writer: LineWriter;
  readonly #them: FeedInput;
  readonly #us = new Sheet();
  readonly #voices: Sheet[] = [];
  #saying = false;

  constructor(codec: CodecName) {
    this.#codec = this.#us.codec = codec;
    this.heard = new Feed(codec);
    this.#them = new FeedInput(this.heard);
    this.#detector = new SoundDetector(codec);
    this.#writer = lineWriter(codec);
  }

  /** What goes out in this tick. */
  said({ octets, samples }: Sheet): void {
    if (this.#codec === 'G722') this.#us.samples.set(samples);
    else this.#us.octets.set(octets);
    this.#saying = true;
  }

  /** This tick's sound of both; valid until the next one. */
  mix(): MixedFrame {
    const { bytes } = this.#frame;
    this.#voices.length = 0;
    if (this.#them.read(this.#codec)) this.#voices.push(this.#them.sheet);
    if (this.#saying) this.#voices.push(this.#us);
    this.#saying = false;
    bytes.fill(silenceByte(this.#codec));
    this.#writer.write(this.#voices, bytes, 0);
    if (this.#voices.length === 0) this.#writer.paused();
    this.#frame.sounding = this.#detector.hears(bytes, 0, FRAME_OCTETS);
    return this.#frame;
  }
}
