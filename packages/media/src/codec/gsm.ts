import { codeRatios } from './gsm-analysis.ts';
import { findLongTerm, GAINS, LONGEST_LAG, predicted, SHORTEST_LAG } from './gsm-long-term.ts';
import { GAIN, LAG, PARAMETERS, RATIOS, SUBFRAME } from './gsm-parameters.ts';
import { decodePulses, Pulses, SUBFRAME_SAMPLES } from './gsm-pulses.ts';
import { SEGMENTS, ShortTerm } from './gsm-short-term.ts';
import { longWord, multR, word } from './gsm-words.ts';

/** GSM 06.10 full rate (ETSI EN 300 961): 8 kHz in frames of 20 ms, 13 kbit/s, a whole number for a whole number as the recommendation has it. */
export const GSM_FRAME_SAMPLES = 160;
const SUBFRAMES = 4;

/** Turns 8 kHz samples into frames' parameters; one per stream. */
export class GsmEncoder {
  readonly #shortTerm = new ShortTerm();
  readonly #pulses = new Pulses();
  readonly #samples = new Int16Array(GSM_FRAME_SAMPLES);
  readonly #line = new Int16Array(RATIOS);
  /** The long-term residual as the decoder has it: the last 120 samples, then the frame. */
  readonly #past = new Int16Array(LONGEST_LAG + GSM_FRAME_SAMPLES);
  readonly #repeated = new Int16Array(SUBFRAME_SAMPLES);
  readonly #rest = new Int16Array(SUBFRAME_SAMPLES);
  #offsetIn = 0;
  #offsetOut = 0;
  #emphasised = 0;

  /** Encodes 160 samples. */
  encode(from: Int16Array, parameters: Int16Array): void {
    this.#prepare(from);
    codeRatios(this.#samples, parameters);
    this.#shortTerm.frame(parameters);
    SEGMENTS.forEach(({ from: first, to }, number) => {
      this.#shortTerm.segment(number);
      for (let i = first; i < to; i++) this.#samples[i] = this.#filtered(this.#samples[i]);
    });
    for (let subframe = 0; subframe < SUBFRAMES; subframe++) this.#subframe(subframe, parameters);
    this.#past.copyWithin(0, GSM_FRAME_SAMPLES);
  }

  /** Sections 4.2.1 to 4.2.3: the input is cut to 13 bits, loses what is constant in it, and what is high in it is raised. */
  #prepare(from: Int16Array): void {
    for (let i = 0; i < GSM_FRAME_SAMPLES; i++) {
      const sample = (from[i] >> 3) << 2;
      const change = sample - this.#offsetIn;
      this.#offsetIn = sample;
      const high = this.#offsetOut >> 15;
      const low = this.#offsetOut - (high << 15);
      this.#offsetOut = longWord(high * 32735 + longWord(change * 32768 + multR(low, 32735)));
      const raised = multR(this.#emphasised, -28180);
      this.#emphasised = longWord(this.#offsetOut + 16384) >> 15;
      this.#samples[i] = word(this.#emphasised + raised);
    }
  }

  /** The short-term analysis filter (section 4.2.10). */
  #filtered(sample: number): number {
    const { reflection } = this.#shortTerm;
    let forward = sample;
    let saved = sample;
    for (let i = 0; i < RATIOS; i++) {
      const delayed = this.#line[i];
      this.#line[i] = saved;
      saved = word(delayed + multR(reflection[i], forward));
      forward = word(forward + multR(reflection[i], delayed));
    }
    return forward;
  }

  #subframe(number: number, parameters: Int16Array): void {
    const at = LONGEST_LAG + number * SUBFRAME_SAMPLES;
    const place = RATIOS + number * SUBFRAME;
    const samples = this.#samples.subarray(number * SUBFRAME_SAMPLES, (number + 1) * SUBFRAME_SAMPLES);
    const { lag, gain } = findLongTerm(samples, this.#past, at);
    parameters[place + LAG] = lag;
    parameters[place + GAIN] = gain;
    for (let k = 0; k < SUBFRAME_SAMPLES; k++) {
      this.#repeated[k] = predicted(this.#past[at + k - lag], gain);
      this.#rest[k] = word(samples[k] - this.#repeated[k]);
    }
    this.#pulses.encode(this.#rest, parameters, place);
    decodePulses(parameters, place, this.#rest);
    for (let k = 0; k < SUBFRAME_SAMPLES; k++) this.#past[at + k] = word(this.#rest[k] + this.#repeated[k]);
  }
}

/** Turns frames' parameters into 8 kHz samples; one per stream. Any parameters decode to something. */
export class GsmDecoder {
  readonly #shortTerm = new ShortTerm();
  readonly #past = new Int16Array(LONGEST_LAG + GSM_FRAME_SAMPLES);
  readonly #rest = new Int16Array(SUBFRAME_SAMPLES);
  readonly #line = new Int16Array(RATIOS + 1);
  #lag = SHORTEST_LAG;
  #emphasised = 0;

  /** Decodes a frame into 160 samples. */
  decode(parameters: Int16Array, to: Int16Array): void {
    if (parameters.length < PARAMETERS) throw new RangeError(`a GSM frame has ${PARAMETERS} parameters`);
    for (let subframe = 0; subframe < SUBFRAMES; subframe++) this.#subframe(subframe, parameters);
    this.#shortTerm.frame(parameters);
    SEGMENTS.forEach(({ from, to: end }, number) => {
      this.#shortTerm.segment(number);
      for (let i = from; i < end; i++) to[i] = this.#lowered(this.#filtered(this.#past[LONGEST_LAG + i]));
    });
    this.#past.copyWithin(0, GSM_FRAME_SAMPLES);
  }

  /** Section 4.3.2. A lag that no encoder sends stands for the one before. */
  #subframe(number: number, parameters: Int16Array): void {
    const at = LONGEST_LAG + number * SUBFRAME_SAMPLES;
    const place = RATIOS + number * SUBFRAME;
    const lag = parameters[place + LAG];
    if (lag >= SHORTEST_LAG && lag <= LONGEST_LAG) this.#lag = lag;
    const gain = GAINS[parameters[place + GAIN]];
    decodePulses(parameters, place, this.#rest);
    for (let k = 0; k < SUBFRAME_SAMPLES; k++)
      this.#past[at + k] = word(this.#rest[k] + multR(gain, this.#past[at + k - this.#lag]));
  }

  /** The short-term synthesis filter (section 4.3.4). */
  #filtered(sample: number): number {
    const { reflection } = this.#shortTerm;
    let value = sample;
    for (let i = RATIOS - 1; i >= 0; i--) {
      value = word(value - multR(reflection[i], this.#line[i]));
      this.#line[i + 1] = word(this.#line[i] + multR(reflection[i], value));
    }
    this.#line[0] = value;
    return value;
  }

  /** Section 4.3.5 to 4.3.7: the reverse of what was raised, doubled, cut to 13 bits. */
  #lowered(sample: number): number {
    this.#emphasised = word(sample + multR(this.#emphasised, 28180));
    return word(2 * this.#emphasised) & ~7;
  }
}
