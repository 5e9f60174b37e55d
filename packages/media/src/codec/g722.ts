import { Band, HIGHER, LOWER, saturated } from './g722-band.ts';
import { decodeHigher, decodeLower, encodeHigher, encodeLower } from './g722-quantisers.ts';
import { MIRROR } from './g722-tables.ts';

/**
 * ITU-T G.722 at 64 kbit/s (mode 1): 16 kHz sound of 50 to 7,000 Hz, one octet for two samples. Two bands of 8 kHz are coded by themselves, six bits for
 * the lower and two for the higher. Encoder and decoder have a state: one of each per stream, in the order of the stream.
 */

/** Samples a second that G.722 codes. */
export const G722_RATE = 16_000;

/** How many samples back the filter of 24 taps reaches. */
const REACH = 22;
/** Samples that are filtered in one go. */
const BLOCK = 320;

/** Turns 16 kHz samples into G.722 octets. */
export class G722Encoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);
  readonly #line = new Int32Array(REACH + BLOCK);

  /** Encodes an even number of samples into the start of `to`, which has room for half as many octets. */
  encode(from: Int16Array, to: Uint8Array): void {
    for (let at = 0; at < from.length; at += BLOCK) this.#block(from, to, at);
  }

  #block(from: Int16Array, to: Uint8Array, at: number): void {
    const line = this.#line;
    const count = Math.min(BLOCK, from.length - at);
    for (let i = 0; i < count; i++) line[REACH + i] = from[at + i];
    for (let i = 0; i < count; i += 2) {
      let even = 0;
      let odd = 0;
      for (let tap = 0; tap < 12; tap++) {
        even += line[i + 2 * tap] * MIRROR[tap];
        odd += line[i + 2 * tap + 1] * MIRROR[11 - tap];
      }
      const high = encodeHigher(this.#higher, (odd - even) >> 14);
      to[(at + i) >> 1] = (high << 6) | encodeLower(this.#lower, (odd + even) >> 14);
    }
    line.copyWithin(0, count, count + REACH);
  }
}

/** Turns G.722 octets into 16 kHz samples. Any octets decode to something: there are no invalid ones. */
export class G722Decoder {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);
  readonly #line = new Int32Array(REACH + BLOCK);

  /** Decodes into the start of `to`, which has room for two samples an octet. */
  decode(from: Uint8Array, to: Int16Array): void {
    for (let at = 0; at < from.length; at += BLOCK / 2) this.#block(from, to, at);
  }

  #block(from: Uint8Array, to: Int16Array, at: number): void {
    const line = this.#line;
    const count = 2 * Math.min(BLOCK / 2, from.length - at);
    for (let i = 0; i < count; i += 2) {
      const octet = from[at + (i >> 1)];
      const low = decodeLower(this.#lower, octet);
      const high = decodeHigher(this.#higher, octet);
      line[REACH + i] = low + high;
      line[REACH + i + 1] = low - high;
    }
    for (let i = 0; i < count; i += 2) {
      let even = 0;
      let odd = 0;
      for (let tap = 0; tap < 12; tap++) {
        even += line[i + 2 * tap] * MIRROR[tap];
        odd += line[i + 2 * tap + 1] * MIRROR[11 - tap];
      }
      to[2 * at + i] = saturated(odd >> 11);
      to[2 * at + i + 1] = saturated(even >> 11);
    }
    line.copyWithin(0, count, count + REACH);
  }
}
