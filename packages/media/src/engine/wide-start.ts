import { G722Decoder, G722Encoder } from '../codec/g722.ts';
import { silenceByte } from '../codec/silence.ts';

/** So much of a stream tells a decoder all that its encoder knows, octets: 400 ms. */
const REMEMBERED = 3200;
/** In a pause of so many octets a decoder that was out of step finds it again without being heard. */
const PAUSE = 800;
const MOST_OCTETS = 160;

/** What came last of a stream of G.722, so that it can be heard from any place on. */
export class WideHistory {
  readonly #octets = new Uint8Array(REMEMBERED).fill(silenceByte('G722'));
  #at = 0;
  #silent = PAUSE;

  /** The next octets, at most 20 ms. */
  note(bytes: Uint8Array, offset: number, length: number, sounding: boolean): void {
    this.#silent = sounding ? 0 : this.#silent + length;
    for (let i = 0; i < length; i++) {
      this.#octets[this.#at] = bytes[offset + i];
      this.#at = (this.#at + 1) % REMEMBERED;
    }
  }

  /** Whether something is being said, or was just now. */
  get sounds(): boolean {
    return this.#silent < PAUSE;
  }

  /** A decoder that is in step with the stream. */
  decoder(): G722Decoder {
    const decoder = new G722Decoder();
    const samples = new Int16Array(2 * REMEMBERED);
    decoder.decode(this.#octets.subarray(this.#at), samples);
    decoder.decode(this.#octets.subarray(0, this.#at), samples);
    return decoder;
  }
}

/**
 * The beginning of a take that was begun in the middle of a word. Who plays it has nothing of what was before, and his decoder would be out of step, which is a bang; so up to the
 * next pause the take is coded anew, from the beginning of an encoder.
 */
export class WideStart {
  readonly #decoder: G722Decoder;
  readonly #encoder = new G722Encoder();
  readonly #samples = new Int16Array(2 * MOST_OCTETS);
  readonly #octets = new Uint8Array(MOST_OCTETS);
  #silent = 0;

  constructor(history: WideHistory) {
    this.#decoder = history.decoder();
  }

  /** Whether there was a pause, and the stream can go on as it is. */
  get over(): boolean {
    return this.#silent >= PAUSE;
  }

  /** Codes at most 20 ms anew; lent until the next call. */
  turn(bytes: Uint8Array, offset: number, length: number, sounding: boolean): Uint8Array {
    this.#silent = sounding ? 0 : this.#silent + length;
    const samples = this.#samples.subarray(0, 2 * length);
    this.#decoder.decode(bytes.subarray(offset, offset + length), samples);
    this.#encoder.encode(samples, this.#octets);
    return this.#octets;
  }
}
