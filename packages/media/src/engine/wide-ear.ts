import { linearTable } from '../codec/g711.ts';
import { Band } from '../codec/g722-band.ts';
import { BandJoiner } from '../codec/g722-joiner.ts';
import { HIGHER, LOWER } from '../codec/g722-tables.ts';
import type { CodecName } from '../sdp/settings.ts';

/** A frame of 20 ms, in octets. */
const FRAME_OCTETS = 160;

/** A piece of coded sound. */
export interface CodedPiece {
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** At most 160 octets. */
  readonly length: number;
}

/** Hears streams of octets of any codec, one after the other, as samples of 16 kHz; what is left in the filter of one of them flows into the next. */
export class WideEar {
  readonly #joiner = new BandJoiner();
  readonly #low = new Int32Array(FRAME_OCTETS);
  readonly #high = new Int32Array(FRAME_OCTETS);
  #lower = new Band(LOWER);
  #higher = new Band(HIGHER);
  #codec: CodecName = 'G722';
  /** Whether something is left in the filter. */
  rings = false;

  /** What comes next is another stream, from its beginning. */
  begin(): void {
    this.#lower = new Band(LOWER);
    this.#higher = new Band(HIGHER);
  }

  /** Turns a piece of the stream into samples, twice as many as it has octets, at twice `at`. Another codec is another stream. */
  hear(codec: CodecName, { bytes, offset, length }: CodedPiece, samples: Int16Array, at = 0): void {
    if (codec !== this.#codec) this.begin();
    this.#codec = codec;
    const [low, high] = [this.#low, this.#high];
    if (codec === 'G722') {
      this.#lower.decode(bytes, offset, length, low);
      this.#higher.decode(bytes, offset, length, high);
    } else {
      const table = linearTable(codec);
      for (let i = 0; i < length; i++) low[i] = table[bytes[offset + i]] >> 1;
      high.fill(0, 0, length);
    }
    this.#joiner.join({ low, high, count: length }, samples, 2 * at);
    this.rings = true;
  }

  /** Nothing is said from octet `at` of the frame to `end`. */
  pause(samples: Int16Array, at: number, end: number): void {
    const count = end - at;
    this.#low.fill(0, 0, count);
    this.#high.fill(0, 0, count);
    this.#joiner.join({ low: this.#low, high: this.#high, count }, samples, 2 * at);
    this.rings = false;
  }
}
