import { Band, HIGHER, LOWER } from './g722-band.ts';
import { decodeLower, encodeHigher, encodeLower } from './g722-quantisers.ts';

/**
 * The lower band of G.722 is telephone speech at 8 kHz: whoever only has, or only wants, the narrow band needs neither the filter nor the higher band.
 * The lower band has half the amplitude of the whole.
 */

/** Turns 8 kHz samples into G.722 octets with an empty higher band. */
export class NarrowG722Encoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);

  /** Encodes into the start of `to`, one octet a sample. */
  encode(from: Int16Array, to: Uint8Array): void {
    for (let i = 0; i < from.length; i++)
      to[i] = (encodeHigher(this.#higher, 0) << 6) | encodeLower(this.#lower, from[i] >> 1);
  }
}

/** Turns G.722 octets into 8 kHz samples: what is below 4 kHz. */
export class NarrowG722Decoder {
  readonly #lower = new Band(LOWER);

  /** Decodes into the start of `to`, one sample an octet. */
  decode(from: Uint8Array, to: Int16Array): void {
    for (let i = 0; i < from.length; i++) to[i] = 2 * decodeLower(this.#lower, from[i]);
  }
}
