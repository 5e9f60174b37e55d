import { Band } from './g722-band.ts';
import { BandJoiner, REACH } from './g722-joiner.ts';
import { HIGHER, LOWER, MIRROR } from './g722-tables.ts';

/**
 * ITU-T G.722 at 64 kbit/s (mode 1): 16 kHz sound of 50 to 7,000 Hz, one octet for two samples. Two bands of 8 kHz are coded by themselves, six bits for
 * the lower and two for the higher. Encoder and decoder have a state: one of each per stream, in the order of the stream.
 */

/** Samples a second that G.722 codes. */
export const G722_RATE = 16_000;

/** Octets in one go. */
const BLOCK = 160;

/** Turns 16 kHz samples into G.722 octets. */
export class G722Encoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);
  readonly #line = new Int32Array(REACH + 2 * BLOCK);
  readonly #low = new Int32Array(BLOCK);
  readonly #high = new Int32Array(BLOCK);

  /** Encodes an even number of samples into the start of `to`, which has room for half as many octets. */
  encode(from: Int16Array, to: Uint8Array): void {
    const octets = from.length >> 1;
    for (let at = 0; at < octets; at += BLOCK) {
      const count = Math.min(BLOCK, octets - at);
      this.#part(from, 2 * at, count);
      to.fill(0, at, at + count);
      this.#lower.encode(this.#low, count, to, at);
      this.#higher.encode(this.#high, count, to, at);
    }
  }

  /** Takes the place of the encoder that made these octets, at most 160: those that it makes next can be sent behind them. */
  follow(octets: Uint8Array): void {
    this.#lower.decode(octets, 0, octets.length, this.#low);
    this.#higher.decode(octets, 0, octets.length, this.#high);
  }

  #part(from: Int16Array, at: number, count: number): void {
    const line = this.#line;
    for (let i = 0; i < 2 * count; i++) line[REACH + i] = from[at + i];
    for (let i = 0; i < count; i++) {
      let even = 0;
      let odd = 0;
      for (let tap = 0; tap < 12; tap++) {
        even += line[2 * (i + tap)] * MIRROR[tap];
        odd += line[2 * (i + tap) + 1] * MIRROR[11 - tap];
      }
      this.#low[i] = (odd + even) >> 14;
      this.#high[i] = (odd - even) >> 14;
    }
    line.copyWithin(0, 2 * count, 2 * count + REACH);
  }
}

/** Turns G.722 octets into 16 kHz samples. Any octets decode to something: there are no invalid ones. */
export class G722Decoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);
  readonly #joiner = new BandJoiner();
  readonly #low = new Int32Array(BLOCK);
  readonly #high = new Int32Array(BLOCK);

  /** Decodes into the start of `to`, which has room for two samples an octet. */
  decode(from: Uint8Array, to: Int16Array): void {
    for (let at = 0; at < from.length; at += BLOCK) {
      const count = Math.min(BLOCK, from.length - at);
      this.#lower.decode(from, at, count, this.#low);
      this.#higher.decode(from, at, count, this.#high);
      this.#joiner.join({ low: this.#low, high: this.#high, count }, to, 2 * at);
    }
  }
}
