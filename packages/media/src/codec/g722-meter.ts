import { Band, HIGHER, LOWER } from './g722-band.ts';
import { decodeHigher, decodeLower } from './g722-quantisers.ts';

/** The energy of a G.722 stream: both bands are decoded and not joined, which leaves out half of the work. Has a state; one per stream. */
export class G722Meter {
  readonly #lower = new Band(LOWER);
  readonly #higher = new Band(HIGHER);

  /** The sum over `length` octets of the mean square of the samples in each, on the scale of 16 bits. */
  energy(bytes: Uint8Array, offset: number, length: number): number {
    let sum = 0;
    for (let i = offset; i < offset + length; i++) {
      const low = decodeLower(this.#lower, bytes[i]);
      const high = decodeHigher(this.#higher, bytes[i]);
      sum += low * low + high * high;
    }
    // A band has half the amplitude of what it makes.
    return 4 * sum;
  }
}
