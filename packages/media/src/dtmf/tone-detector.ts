import type { GapReason } from '../rtp/jitter-buffer.ts';
import { HIGH_TONES, LOW_TONES, STEP, ToneFilters, WINDOW } from './tone-filters.ts';
import { TonePair } from './tone-pair.ts';

/** By low tone, then high tone (ITU-T Q.23). */
const KEYS = '123A456B789C*0#D';
const NONE = -1;

const ratioOf = (decibels: number) => 10 ** (decibels / 10);
/**
 * What ITU-T Q.24 has operate: each tone at -25 dBm0 or more (-28 dB below a sine of full scale), the high one up to 4 dB louder than the low one and up
 * to 8 dB fainter, up to 1.5 % beside its frequency; 3.5 % beside must not. The limits lie between, or a little outside.
 */
const FAINTEST = (32768 * 10 ** (-34 / 20)) ** 2;
const HIGH_LOUDER = ratioOf(6);
const LOW_LOUDER = ratioOf(10);
const toleranceOf = (hertz: number) => 0.024 * hertz + 2;
const LOW_TOLERANCE = Float64Array.from(LOW_TONES, toleranceOf);
const HIGH_TOLERANCE = Float64Array.from(HIGH_TONES, toleranceOf);
/** Two sines and little else: so much of all energy is theirs. Noise at 15 dB takes 3 %. */
const LEAST_SHARE = 0.85;

const WINDOW_STEPS = WINDOW / STEP;
/** Q.24: 40 ms are a key, 23 ms are none. So many windows in a row are 30 ms. */
const WINDOWS_OF_A_PRESS = 4;
/** The first of those windows may have been whole enough only a little more than a step after the press began. */
const PRESS_SAMPLES = WINDOW + (WINDOWS_OF_A_PRESS + 0.5) * STEP;
/** Q.24: an interruption of 10 ms spoils five windows, a pause of 30 ms eight. */
const WINDOWS_OF_A_PAUSE = 7;
/** While a key is down, sound beside its tones (speech, the echo of a prompt) covers them and does not end them: they have to become fainter by half. Windows that hold a third of pause are. */
const FAINTER = 0.5;
/** Samples lost in the middle of a press; longer ones may hide a pause. */
const LONGEST_HOLE = 320;

/** Makes out the keys of a telephone that come as tones in the sound (ITU-T Q.23, Q.24), at 8 kHz. One per stream; nothing is allocated for a frame. */
export class ToneDetector {
  readonly #filters = new ToneFilters();
  readonly #pair = new TonePair();
  readonly #step = new Float64Array(STEP);
  #filled = 0;
  #stepEnergy = 0;
  /** Sums of squares of the newest steps. */
  readonly #energy = new Float64Array(WINDOW_STEPS);
  #place = 0;
  /** Steps in a row, up to a window, with nothing in them that could be a key. */
  #quiet = WINDOW_STEPS;
  /** What the last windows were, and how many of them; `NONE` when they were no key. */
  #candidate = NONE;
  #hits = 0;
  /** The key that is down. */
  #down = NONE;
  #misses = 0;
  /** How strong its tones were when it was made out last. */
  #lowPower = 0;
  #highPower = 0;
  /** Samples so far, gaps included. */
  #heard = 0;
  #pressedAt = 0;

  /** Samples from where the newest press began until the last that was heard; up to 10 ms more. */
  get since(): number {
    return this.#heard - this.#pressedAt;
  }

  /** Takes at most 160 samples of 16 bits. The key whose press was made out in them; undefined when there is none. */
  hear(samples: Int32Array, length: number): string | undefined {
    let found: string | undefined;
    for (let at = 0; at < length; ) {
      const count = Math.min(STEP - this.#filled, length - at);
      this.#fill(samples, at, count);
      at += count;
      if (this.#filled < STEP) continue;
      this.#hearStep();
      if (!this.#judge()) continue;
      found = KEYS[this.#down];
      this.#pressedAt = this.#heard - PRESS_SAMPLES;
    }
    return found;
  }

  /** Nothing came for so many samples: none were sent, which is a pause, or they were lost, and the key may still be down. */
  gap(samples: number, reason: GapReason): void {
    this.#heard += samples;
    this.#hits = 0;
    for (let step = 0; step < WINDOW_STEPS; step++) this.#forget();
    if (reason === 'dtx' || samples > LONGEST_HOLE) this.#down = NONE;
  }

  #fill(samples: Int32Array, at: number, count: number): void {
    const step = this.#step;
    const filled = this.#filled;
    let energy = filled === 0 ? 0 : this.#stepEnergy;
    for (let i = 0; i < count; i++) {
      const sample = samples[at + i];
      step[filled + i] = sample;
      energy += sample * sample;
    }
    this.#stepEnergy = energy;
    this.#filled = filled + count;
    this.#heard += count;
  }

  #hearStep(): void {
    this.#filled = 0;
    this.#energy[this.#place] = this.#stepEnergy;
    this.#place = (this.#place + 1) % WINDOW_STEPS;
    if (this.#stepEnergy >= FAINTEST * STEP) {
      this.#quiet = 0;
      this.#filters.step(this.#step);
    } else if (this.#quiet < WINDOW_STEPS) {
      this.#quiet += 1;
      this.#filters.skip();
    }
  }

  #forget(): void {
    this.#stepEnergy = 0;
    this.#hearStep();
  }

  /** Looks at the newest window; whether a press is made out with it. */
  #judge(): boolean {
    const key = this.#quiet === WINDOW_STEPS ? NONE : this.#keyOfWindow();
    this.#hits = key !== NONE && key === this.#candidate ? this.#hits + 1 : 1;
    this.#candidate = key;
    if (key !== NONE && key === this.#down) {
      this.#press(key);
      return false;
    }
    this.#misses = this.#isCovered() ? 0 : this.#misses + 1;
    if (this.#misses >= WINDOWS_OF_A_PAUSE) this.#down = NONE;
    if (key === NONE || this.#hits < WINDOWS_OF_A_PRESS) return false;
    this.#press(key);
    return true;
  }

  #press(key: number): void {
    this.#down = key;
    this.#misses = 0;
    this.#lowPower = this.#pair.low.power;
    this.#highPower = this.#pair.high.power;
  }

  /** Whether the tones of the key that is down are in the newest window as they were, whatever else is. */
  #isCovered(): boolean {
    if (this.#down === NONE || this.#quiet === WINDOW_STEPS) return false;
    const { low, high } = this.#pair;
    const isSame = low.index * HIGH_TONES.length + high.index === this.#down;
    return isSame && low.power >= FAINTER * this.#lowPower && high.power >= FAINTER * this.#highPower;
  }

  #keyOfWindow(): number {
    let energy = 0;
    for (const step of this.#energy) energy += step;
    this.#pair.read(this.#filters);
    const { low, high } = this.#pair;
    const isKey =
      low.power >= FAINTEST &&
      high.power >= FAINTEST &&
      high.power <= low.power * HIGH_LOUDER &&
      low.power <= high.power * LOW_LOUDER &&
      Math.abs(low.offset) <= LOW_TOLERANCE[low.index] &&
      Math.abs(high.offset) <= HIGH_TOLERANCE[high.index] &&
      // A sine of amplitude a has the energy a * a / 2.
      low.power + high.power >= (2 * LEAST_SHARE * energy) / WINDOW;
    return isKey ? low.index * HIGH_TONES.length + high.index : NONE;
  }
}
