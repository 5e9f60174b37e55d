/** Shortest and longest pitch period that is looked for, and how much sound is compared to find it, milliseconds. */
const SHORTEST_PERIOD = 5;
const LONGEST_PERIOD = 15;
const COMPARED = 20;
/** After so long a loss is silence, milliseconds; the first ten are as loud as what was heard. */
export const CONCEALED_MILLIS = 60;
const LOUD_MILLIS = 10;
/** Longer losses repeat up to so many periods, so that they do not buzz; one more every ten milliseconds. */
const MOST_PERIODS = 3;
/** Below this (mean square) there is nothing to repeat. */
const NOTHING = 16;

/**
 * Packet loss concealment by waveform substitution, after ITU-T G.711 Appendix I: a loss is filled with the last pitch periods, fading from 10 to 60 ms,
 * and what comes after it is blended in. Without the 3.75 ms of delay that the appendix has for the blend at the beginning: there the repetition begins
 * where it fits best. For 8 or 16 kHz; one per stream.
 */
export class Concealer {
  readonly #rate: number;
  /** What was heard last: three periods and the quarter that they are blended over. */
  readonly #history: Int16Array;
  #heard = 0;
  /** Samples of the present loss so far; 0 when there is none. */
  #missing = 0;
  #period = 0;
  #quarter = 0;
  #loop = 0;
  #at = 0;

  /** @param rate samples a second, 8000 or 16000. */
  constructor(rate: number) {
    this.#rate = rate;
    this.#history = new Int16Array((LONGEST_PERIOD * (MOST_PERIODS + 0.25) * rate) / 1000);
  }

  /** Notes what was heard. The first up to 10 ms after a loss are changed in place: the repetition fades into them. */
  heard(samples: Int16Array): void {
    if (this.#missing > 0) this.#blend(samples);
    this.#missing = 0;
    this.#remember(samples);
  }

  /** Fills a loss, or the next piece of one. */
  lost(into: Int16Array): void {
    if (this.#missing === 0) this.#begin();
    for (let i = 0; i < into.length; i++) into[i] = this.#next();
  }

  #begin(): void {
    this.#period = this.#findPeriod();
    this.#quarter = this.#period >> 2;
    this.#loop = this.#period;
    this.#at = 0;
  }

  #next(): number {
    const millis = (this.#missing * 1000) / this.#rate;
    this.#missing += 1;
    if (this.#period === 0 || millis >= CONCEALED_MILLIS) return 0;
    const gain = Math.min(1, (CONCEALED_MILLIS - millis) / (CONCEALED_MILLIS - LOUD_MILLIS));
    const sample = this.#looped();
    this.#at += 1;
    if (this.#at === this.#loop) {
      this.#at = 0;
      // At the end of a round, where every number of periods goes on alike.
      const periods = Math.min(MOST_PERIODS, 1 + Math.floor(millis / 10));
      this.#loop = periods * this.#period;
    }
    return Math.round(sample * gain);
  }

  /** The last quarter period of the loop fades into what lies before the loop, so that its end flows into its beginning. */
  #looped(): number {
    const first = this.#history.length - this.#loop;
    const sample = this.#history[first + this.#at];
    const into = this.#at - (this.#loop - this.#quarter);
    if (into < 0) return sample;
    const share = (into + 1) / (this.#quarter + 1);
    // The next round may have more periods: the same place in the period, whichever it is.
    return sample * (1 - share) + this.#history[first + this.#at - this.#loop] * share;
  }

  #blend(samples: Int16Array): void {
    const tens = Math.floor((this.#missing * 100) / this.#rate);
    const wanted = this.#quarter + (tens * 4 * this.#rate) / 1000;
    const length = Math.min(samples.length, wanted, this.#rate / 100);
    for (let i = 0; i < length; i++) {
      const share = (i + 1) / (length + 1);
      samples[i] = Math.round(samples[i] * share + this.#next() * (1 - share));
    }
  }

  #remember(samples: Int16Array): void {
    const { length } = this.#history;
    const taken = Math.min(length, samples.length);
    this.#history.copyWithin(0, taken);
    this.#history.set(samples.subarray(samples.length - taken), length - taken);
    this.#heard = Math.min(length, this.#heard + taken);
  }

  /** The lag at which the last 20 ms look most like what was before them, samples; 0 when there is nothing to repeat. First coarsely, then exactly. */
  #findPeriod(): number {
    const perMilli = this.#rate / 1000;
    if (this.#heard < this.#history.length || this.#energy() < NOTHING) return 0;
    const step = perMilli >> 2;
    const shortest = SHORTEST_PERIOD * perMilli;
    const longest = LONGEST_PERIOD * perMilli;
    const coarse = this.#bestLag(shortest, longest, step);
    return this.#bestLag(Math.max(shortest, coarse - step), Math.min(longest, coarse + step), 1);
  }

  #energy(): number {
    let sum = 0;
    for (const sample of this.#history) sum += sample * sample;
    return sum / this.#history.length;
  }

  #bestLag(from: number, to: number, step: number): number {
    const history = this.#history;
    const start = history.length - (COMPARED * this.#rate) / 1000;
    let best = from;
    let most = Number.NEGATIVE_INFINITY;
    for (let lag = from; lag <= to; lag += step) {
      let product = 0;
      let energy = 1;
      for (let i = start; i < history.length; i += step) {
        const before = history[i - lag];
        product += history[i] * before;
        energy += before * before;
      }
      const likeness = product / Math.sqrt(energy);
      if (likeness > most) {
        most = likeness;
        best = lag;
      }
    }
    return best;
  }
}
