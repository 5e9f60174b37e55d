import { saturated } from './g722-band.ts';
import { MIRROR } from './g722-tables.ts';

/** How many samples back the filter of 24 taps reaches. */
export const REACH = 22;
/** Samples of a band in one go. */
const BLOCK = 160;

/** The two bands of a piece of sound, each of 8 kHz and half the amplitude of the whole. */
export interface Bands {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** How many samples of each count, at most 160. */
  readonly count: number;
}

/** Joins two bands into sound of 16 kHz (ITU-T G.722, section 4.4); one per stream. With nothing in the higher one it is the telephone's band at that rate. */
export class BandJoiner {
  readonly #line = new Int32Array(REACH + 2 * BLOCK);

  /** Writes two samples for each of a band, from `at` on. */
  join({ low, high, count }: Bands, to: Int16Array, at: number): void {
    const line = this.#line;
    for (let i = 0; i < count; i++) {
      line[REACH + 2 * i] = low[i] + high[i];
      line[REACH + 2 * i + 1] = low[i] - high[i];
    }
    for (let i = 0; i < count; i++) {
      let even = 0;
      let odd = 0;
      for (let tap = 0; tap < 12; tap++) {
        even += line[2 * (i + tap)] * MIRROR[tap];
        odd += line[2 * (i + tap) + 1] * MIRROR[11 - tap];
      }
      to[at + 2 * i] = saturated(odd >> 11);
      to[at + 2 * i + 1] = saturated(even >> 11);
    }
    line.copyWithin(0, 2 * count, 2 * count + REACH);
  }
}
