import { Band } from './g722-band.ts';
import { HIGHER, LOWER } from './g722-tables.ts';

/**
 * The lower band of G.722 is telephone speech at 8 kHz: whoever only has, or only wants, the narrow band needs neither the filter nor the higher band.
 * The lower band has half the amplitude of the whole.
 */

const BLOCK = 160;

/** Turns 8 kHz samples into G.722 octets with an empty higher band. */
export class NarrowG722Encoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);
  readonly #low = new Int32Array(BLOCK);
  readonly #nothing = new Int32Array(BLOCK);

  /** Encodes into the start of `to`, one octet a sample. */
  encode(from: Int16Array, to: Uint8Array): void {
    for (let at = 0; at < from.length; at += BLOCK) {
      const count = Math.min(BLOCK, from.length - at);
      for (let i = 0; i < count; i++) this.#low[i] = from[at + i] >> 1;
      to.fill(0, at, at + count);
      this.#lower.encode(this.#low, count, to, at);
      this.#higher.encode(this.#nothing, count, to, at);
    }
  }
}

/** Turns G.722 octets into 8 kHz samples: what is below 4 kHz. */
export class NarrowG722Decoder {
  readonly #lower = new Band(LOWER);
  readonly #low = new Int32Array(BLOCK);

  /** Decodes into the start of `to`, one sample an octet. */
  decode(from: Uint8Array, to: Int16Array): void {
    for (let at = 0; at < from.length; at += BLOCK) {
      const count = Math.min(BLOCK, from.length - at);
      this.#lower.decode(from, at, count, this.#low);
      for (let i = 0; i < count; i++) to[at + i] = 2 * this.#low[i];
    }
  }
}
