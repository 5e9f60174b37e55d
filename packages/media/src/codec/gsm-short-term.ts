import { RATIOS } from './gsm-parameters.ts';
import { multR, word } from './gsm-words.ts';

/** Table 4.1 and 4.2: how log area ratios are quantised. */
export const A = [20480, 20480, 20480, 20480, 13964, 15360, 8534, 9036];
export const B = [0, 0, 2048, -2560, 94, -1792, -341, -1144];
export const LEAST = [-32, -32, -16, -16, -8, -8, -4, -4];
export const MOST = [31, 31, 15, 15, 7, 7, 3, 3];
const INVERSE_A = [13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708];

/** Where the filter changes from the last frame's coefficients to the present ones (section 4.2.9). */
export const SEGMENTS = [
  { from: 0, to: 13 },
  { from: 13, to: 27 },
  { from: 27, to: 40 },
  { from: 40, to: 160 },
] as const;

/** Reflection coefficients of the short-term filter, from coded log area ratios: the same in coder and decoder. */
export class ShortTerm {
  /** Of the present segment. */
  readonly reflection = new Int16Array(RATIOS);
  #before = new Int16Array(RATIOS);
  #present = new Int16Array(RATIOS);

  /** The next frame's coded ratios (section 4.2.8). */
  frame(parameters: Int16Array): void {
    [this.#before, this.#present] = [this.#present, this.#before];
    for (let i = 0; i < RATIOS; i++) {
      const value = multR(INVERSE_A[i], word(word((parameters[i] + LEAST[i]) << 10) - (B[i] << 1)));
      this.#present[i] = word(2 * value);
    }
  }

  /** Prepares `reflection` for a segment, 0 to 3 (sections 4.2.9.1 and 4.2.9.2). */
  segment(number: number): void {
    for (let i = 0; i < RATIOS; i++) this.reflection[i] = reflectionOf(this.#interpolated(number, i));
  }

  #interpolated(segment: number, i: number): number {
    const [before, present] = [this.#before[i], this.#present[i]];
    if (segment === 0) return word(word((before >> 2) + (present >> 2)) + (before >> 1));
    if (segment === 1) return word((before >> 1) + (present >> 1));
    if (segment === 2) return word(word((before >> 2) + (present >> 2)) + (present >> 1));
    return present;
  }
}

function reflectionOf(ratio: number): number {
  const size = ratio === -32768 ? 32767 : Math.abs(ratio);
  const value = size < 11059 ? size << 1 : size < 20070 ? size + 11059 : word((size >> 2) + 26112);
  return ratio < 0 ? -value : value;
}
