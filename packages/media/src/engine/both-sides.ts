import { silenceByte } from '../codec/silence.ts';
import type { CodecName } from '../sdp/settings.ts';
import { Feed } from './feed.ts';
import { emptySum, FRAME_OCTETS, type FrameWriter, frameWriter } from './frame-samples.ts';
import { Input } from './mixer.ts';
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
  readonly #writer: FrameWriter;
  readonly #them = new Input();
  readonly #us = new Input();
  readonly #sum = emptySum();
  #saying = false;

  constructor(codec: CodecName) {
    this.#codec = codec;
    this.heard = new Feed(codec);
    this.#detector = new SoundDetector(codec);
    this.#writer = frameWriter(codec);
  }

  /** What goes out in this tick. */
  said(bytes: Uint8Array, offset: number): void {
    for (let i = 0; i < FRAME_OCTETS; i++) this.#us.frame[i] = bytes[offset + i];
    this.#saying = true;
  }

  /** This tick's sound of both; valid until the next one. */
  mix(): MixedFrame {
    const { bytes } = this.#frame;
    const us = this.#saying;
    this.#saying = false;
    const them = this.heard.read();
    if (us && them) {
      this.#them.frame.set(this.heard.frame);
      this.#sum.fill(0);
      this.#them.addTo(this.#sum, this.#codec);
      this.#us.addTo(this.#sum, this.#codec);
      this.#writer.write(this.#sum, bytes, 0);
    } else if (us || them) bytes.set(us ? this.#us.frame : this.heard.frame);
    else bytes.fill(silenceByte(this.#codec));
    this.#frame.sounding = this.#detector.hears(bytes, 0, FRAME_OCTETS);
    return this.#frame;
  }
}
