import { type BandTables, OCTAVE } from './g722-tables.ts';

/** What a band keeps between two runs; names as in the recommendation: zeros B and their differences D, poles A, signals R, partial signals P. */
const STATE = 24;

/**
 * One band of G.722, in either direction (section 3, blocks 1 to 4 and 1H to 4H): a quantiser whose step follows how large the differences are, and a
 * predictor of two poles and six zeros that follows the signs of what was wrong. All integers, as the recommendation has them, so that any two
 * implementations stay in step for ever. It runs 8,000 times a second and call: while it runs, all of its state is in local variables, which makes it
 * three times as fast as fields do.
 */
export class Band {
  readonly #tables: BandTables;
  readonly #state = new Int32Array(STATE);
  #step: number;

  constructor(tables: BandTables) {
    this.#tables = tables;
    this.#step = tables.step;
  }

  /** Encodes `count` samples of 15 bits: the band's bits are added to the octets from `at` on. */
  encode(samples: Int32Array, count: number, octets: Uint8Array, at: number): void {
    this.#run(octets, at, count, samples, true);
  }

  /** Decodes `count` octets from `at` on into samples of 15 bits. */
  decode(octets: Uint8Array, at: number, count: number, samples: Int32Array): void {
    this.#run(octets, at, count, samples, false);
  }

  #run(octets: Uint8Array, at: number, count: number, samples: Int32Array, encoding: boolean): void {
    const { ceiling, shift, decisions, positive, negative, fine, coarse, change } = this.#tables;
    const state = this.#state;
    let b1 = state[0];
    let b2 = state[1];
    let b3 = state[2];
    let b4 = state[3];
    let b5 = state[4];
    let b6 = state[5];
    // Twice the differences, saturated: the form in which the zeros take them.
    let d1 = state[6];
    let d2 = state[7];
    let d3 = state[8];
    let d4 = state[9];
    let d5 = state[10];
    let d6 = state[11];
    let a1 = state[12];
    let a2 = state[13];
    let r1 = state[14];
    let p1 = state[15];
    let p2 = state[16];
    let log = state[17];
    let zeros = state[18];
    let prediction = state[19];
    let step = this.#step;
    for (let i = 0; i < count; i++) {
      let octet: number;
      if (encoding) {
        const wrong = saturated(samples[i] - prediction);
        const size = wrong < 0 ? ~wrong : wrong;
        let level = 0;
        while (level < decisions.length && size >= (decisions[level] * step) >> 12) level += 1;
        octet = wrong < 0 ? negative[level] : positive[level];
        octets[at + i] |= octet;
      } else {
        octet = octets[at + i];
        const sample = prediction + ((step * fine[octet]) >> 15);
        samples[i] = Math.min(16383, Math.max(-16384, sample));
      }
      const difference = (step * coarse[octet]) >> 15;

      // LOGSCL and SCALEL.
      log = ((log * 127) >> 7) + change[octet];
      if (log < 0) log = 0;
      else if (log > ceiling) log = ceiling;
      const by = shift - (log >> 11);
      const part = OCTAVE[(log >> 6) & 31];
      step = (by < 0 ? part << -by : part >> by) << 2;

      // PARREC, RECONS, UPPOL2 and UPPOL1.
      const signal = saturated(prediction + difference);
      const partial = saturated(zeros + difference);
      // Which sign a sample has is a matter of chance: as numbers (0 or -1 for unlike signs) they cost no wrong guesses of the processor.
      const unlike1 = (partial ^ p1) >> 31;
      const unlike2 = (partial ^ p2) >> 31;
      const pull = Math.min(32767, (saturated(a1 << 2) ^ ~unlike1) - ~unlike1);
      a2 = ((a2 * 32512) >> 15) + ((128 ^ unlike2) - unlike2) + (pull >> 7);
      if (a2 > 12288) a2 = 12288;
      else if (a2 < -12288) a2 = -12288;
      a1 = ((a1 * 32640) >> 15) + ((192 ^ unlike1) - unlike1);
      const most = 15360 - a2;
      if (a1 > most) a1 = most;
      else if (a1 < -most) a1 = -most;
      p2 = p1;
      p1 = partial;

      // UPZERO: no change of sign in 2d, so that the doubled differences serve.
      const learn = ((difference | -difference) >> 31) & 128;
      let unlike = (d1 ^ difference) >> 31;
      b1 = ((b1 * 32640) >> 15) + ((learn ^ unlike) - unlike);
      unlike = (d2 ^ difference) >> 31;
      b2 = ((b2 * 32640) >> 15) + ((learn ^ unlike) - unlike);
      unlike = (d3 ^ difference) >> 31;
      b3 = ((b3 * 32640) >> 15) + ((learn ^ unlike) - unlike);
      unlike = (d4 ^ difference) >> 31;
      b4 = ((b4 * 32640) >> 15) + ((learn ^ unlike) - unlike);
      unlike = (d5 ^ difference) >> 31;
      b5 = ((b5 * 32640) >> 15) + ((learn ^ unlike) - unlike);
      unlike = (d6 ^ difference) >> 31;
      b6 = ((b6 * 32640) >> 15) + ((learn ^ unlike) - unlike);
      d6 = d5;
      d5 = d4;
      d4 = d3;
      d3 = d2;
      d2 = d1;
      d1 = saturated(difference << 1);

      // FILTEZ, saturated at each step from the oldest on, FILTEP and PREDIC.
      zeros = saturated(((b6 * d6) >> 15) + ((b5 * d5) >> 15));
      zeros = saturated(zeros + ((b4 * d4) >> 15));
      zeros = saturated(zeros + ((b3 * d3) >> 15));
      zeros = saturated(zeros + ((b2 * d2) >> 15));
      zeros = saturated(zeros + ((b1 * d1) >> 15));
      const poles = saturated(((a1 * saturated(signal << 1)) >> 15) + ((a2 * saturated(r1 << 1)) >> 15));
      r1 = signal;
      prediction = saturated(poles + zeros);
    }
    state[0] = b1;
    state[1] = b2;
    state[2] = b3;
    state[3] = b4;
    state[4] = b5;
    state[5] = b6;
    state[6] = d1;
    state[7] = d2;
    state[8] = d3;
    state[9] = d4;
    state[10] = d5;
    state[11] = d6;
    state[12] = a1;
    state[13] = a2;
    state[14] = r1;
    state[15] = p1;
    state[16] = p2;
    state[17] = log;
    state[18] = zeros;
    state[19] = prediction;
    this.#step = step;
  }
}

/** To 16 bits. */
export function saturated(value: number): number {
  if (value > 32767) return 32767;
  if (value < -32768) return -32768;
  return value;
}
