import { BLOCK_MAXIMUM, GRID, PULSE_COUNT, PULSES } from './gsm-parameters.ts';
import { abs, mult, multR, word } from './gsm-words.ts';

/** Samples of a subframe. */
export const SUBFRAME_SAMPLES = 40;
/** Table 4.4 to 4.6. */
const WEIGHTS = [-134, -374, 0, 2054, 5741, 8192, 5741, 2054, 0, -374, -134];
const NORMALISED = [29128, 26215, 23832, 21846, 20165, 18725, 17476, 16384];
const FACTORS = [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767];

/** What is coded of a residual signal: every third sample of it (regular pulse excitation, sections 4.2.13 to 4.2.17). */
export class Pulses {
  readonly #weighted = new Int16Array(SUBFRAME_SAMPLES);

  /** Codes 40 samples into the subframe's parameters at `at`. */
  encode(residual: Int16Array, parameters: Int16Array, at: number): void {
    this.#weigh(residual);
    const grid = this.#bestGrid();
    let most = 0;
    for (let i = 0; i < PULSE_COUNT; i++) most = Math.max(most, abs(this.#weighted[grid + 3 * i]));
    const coded = codedMaximum(most);
    const { exponent, mantissa } = scaleOf(coded);
    parameters[at + GRID] = grid;
    parameters[at + BLOCK_MAXIMUM] = coded;
    for (let i = 0; i < PULSE_COUNT; i++) {
      const shifted = (this.#weighted[grid + 3 * i] << (6 - exponent + 16)) >> 16;
      parameters[at + PULSES + i] = (mult(shifted, NORMALISED[mantissa]) >> 12) + 4;
    }
  }

  #weigh(residual: Int16Array): void {
    for (let k = 0; k < SUBFRAME_SAMPLES; k++) {
      let sum = 4096;
      for (let i = 0; i < WEIGHTS.length; i++) {
        const place = k + i - 5;
        if (place >= 0 && place < SUBFRAME_SAMPLES) sum += residual[place] * WEIGHTS[i];
      }
      this.#weighted[k] = word(sum >> 13);
    }
  }

  #bestGrid(): number {
    let [best, most] = [0, 0];
    for (let grid = 0; grid < 4; grid++) {
      let energy = 0;
      for (let i = 0; i < PULSE_COUNT; i++) energy += (this.#weighted[grid + 3 * i] >> 2) ** 2;
      if (energy > most) [best, most] = [grid, energy];
    }
    return best;
  }
}

/** The 40 samples that the parameters at `at` stand for. */
export function decodePulses(parameters: Int16Array, at: number, into: Int16Array): void {
  const { exponent, mantissa } = scaleOf(parameters[at + BLOCK_MAXIMUM]);
  const shift = 6 - exponent;
  const half = shift > 0 ? 1 << (shift - 1) : 0;
  into.fill(0);
  for (let i = 0; i < PULSE_COUNT; i++) {
    const value = ((parameters[at + PULSES + i] << 1) - 7) << 12;
    into[parameters[at + GRID] + 3 * i] = word(multR(FACTORS[mantissa], value) + half) >> shift;
  }
}

function codedMaximum(most: number): number {
  let exponent = 0;
  for (let rest = most >> 9; rest > 0 && exponent < 6; rest >>= 1) exponent += 1;
  return (most >> (exponent + 5)) + (exponent << 3);
}

/** Section 4.2.15, "computation of exponent and mantissa of the decoded version of xmaxc". */
function scaleOf(coded: number): { readonly exponent: number; readonly mantissa: number } {
  let exponent = coded > 15 ? (coded >> 3) - 1 : 0;
  let mantissa = coded - (exponent << 3);
  if (mantissa === 0) return { exponent: -4, mantissa: 7 };
  for (; mantissa <= 7; exponent--) mantissa = (mantissa << 1) | 1;
  return { exponent, mantissa: mantissa - 8 };
}
