import { OCTAVE } from './g722-tables.ts';

/** What makes the two bands of G.722 different from each other. */
export interface BandKind {
  /** Step at the start. */
  readonly step: number;
  /** Largest logarithm of the step, 1/2048 octaves. */
  readonly ceiling: number;
  /** The step is 2^(log/2048) shifted right by this, before it is scaled by 4. */
  readonly shift: number;
}

export const LOWER: BandKind = { step: 32, ceiling: 18432, shift: 8 };
export const HIGHER: BandKind = { step: 8, ceiling: 22528, shift: 10 };

/**
 * The adaptive part of one band, the same in encoder and decoder (G.722 section 3.5 and 3.6, blocks 3 and 4): a step that follows how large the
 * differences are, and a predictor of two poles and six zeros that follows the signs of what was wrong. All integers, as the recommendation has
 * them, so that any two implementations stay in step for ever. Fields instead of arrays: this runs 16,000 times a second and call.
 */
export class Band {
  /** Step of the quantisers, 8 to 16,383 or so. */
  step: number;
  /** What the next sample is predicted to be, 16 bits. */
  prediction = 0;
  readonly #ceiling: number;
  readonly #shift: number;
  #log = 0;
  #zeros = 0;
  #pole1 = 0;
  #pole2 = 0;
  #tap1 = 0;
  #tap2 = 0;
  #tap3 = 0;
  #tap4 = 0;
  #tap5 = 0;
  #tap6 = 0;
  #difference1 = 0;
  #difference2 = 0;
  #difference3 = 0;
  #difference4 = 0;
  #difference5 = 0;
  #difference6 = 0;
  #signal1 = 0;
  #partial1 = 0;
  #partial2 = 0;

  constructor({ step, ceiling, shift }: BandKind) {
    this.step = step;
    this.#ceiling = ceiling;
    this.#shift = shift;
  }

  /** Adapts to the quantised difference of a sample and to what its code does to the step, and predicts the next sample. */
  adapt(difference: number, change: number): void {
    this.#scale(change);
    const signal = saturated(this.prediction + difference);
    const partial = saturated(this.#zeros + difference);
    this.#adaptPoles(partial);
    this.#adaptZeros(difference);
    const first = saturated(2 * signal);
    const second = saturated(2 * this.#signal1);
    this.#signal1 = signal;
    this.#partial2 = this.#partial1;
    this.#partial1 = partial;
    const poles = saturated(((this.#pole1 * first) >> 15) + ((this.#pole2 * second) >> 15));
    this.prediction = saturated(poles + this.#zeros);
  }

  /** Blocks 3: SCALEL, LOGSCL and their twins. */
  #scale(change: number): void {
    const log = Math.min(this.#ceiling, Math.max(0, ((this.#log * 127) >> 7) + change));
    this.#log = log;
    const shift = this.#shift - (log >> 11);
    const part = OCTAVE[(log >> 6) & 31];
    this.step = (shift < 0 ? part << -shift : part >> shift) << 2;
  }

  /** UPPOL2 and UPPOL1. */
  #adaptPoles(partial: number): void {
    const same1 = (partial ^ this.#partial1) >= 0;
    const same2 = (partial ^ this.#partial2) >= 0;
    const pull = saturated(this.#pole1 << 2);
    let second = ((same1 ? Math.min(32767, -pull) : pull) >> 7) + (same2 ? 128 : -128) + ((this.#pole2 * 32512) >> 15);
    second = Math.min(12288, Math.max(-12288, second));
    const most = 15360 - second;
    const first = (same1 ? 192 : -192) + ((this.#pole1 * 32640) >> 15);
    this.#pole1 = Math.min(most, Math.max(-most, first));
    this.#pole2 = second;
  }

  /** UPZERO, DELAYA and FILTEZ. */
  #adaptZeros(difference: number): void {
    const by = difference === 0 ? 0 : 128;
    this.#tap1 = ((this.#tap1 * 32640) >> 15) + ((this.#difference1 ^ difference) < 0 ? -by : by);
    this.#tap2 = ((this.#tap2 * 32640) >> 15) + ((this.#difference2 ^ difference) < 0 ? -by : by);
    this.#tap3 = ((this.#tap3 * 32640) >> 15) + ((this.#difference3 ^ difference) < 0 ? -by : by);
    this.#tap4 = ((this.#tap4 * 32640) >> 15) + ((this.#difference4 ^ difference) < 0 ? -by : by);
    this.#tap5 = ((this.#tap5 * 32640) >> 15) + ((this.#difference5 ^ difference) < 0 ? -by : by);
    this.#tap6 = ((this.#tap6 * 32640) >> 15) + ((this.#difference6 ^ difference) < 0 ? -by : by);
    this.#difference6 = this.#difference5;
    this.#difference5 = this.#difference4;
    this.#difference4 = this.#difference3;
    this.#difference3 = this.#difference2;
    this.#difference2 = this.#difference1;
    this.#difference1 = difference;
    // From the oldest to the newest, saturated at each step, as FILTEZ is written.
    let sum = (this.#tap6 * doubled(this.#difference6)) >> 15;
    sum = saturated(sum + ((this.#tap5 * doubled(this.#difference5)) >> 15));
    sum = saturated(sum + ((this.#tap4 * doubled(this.#difference4)) >> 15));
    sum = saturated(sum + ((this.#tap3 * doubled(this.#difference3)) >> 15));
    sum = saturated(sum + ((this.#tap2 * doubled(this.#difference2)) >> 15));
    this.#zeros = saturated(sum + ((this.#tap1 * doubled(this.#difference1)) >> 15));
  }
}

function doubled(value: number): number {
  return saturated(value + value);
}

/** To 16 bits. */
export function saturated(value: number): number {
  return Math.min(32767, Math.max(-32768, value));
}
