/**
 * Timestamps of a sender whose RTP clock runs faster than ours of 8 kHz, on our timeline. Works with differences, because 32 bits wrap after a day at
 * 48 kHz, which is no place where six of theirs are one of ours.
 */
export class WireClock {
  /** Their units in one of ours, 1/8 ms. */
  readonly #units: number;
  #theirs = 0;
  #ours = 0;

  /** @param rate Hz, a multiple of 8000. */
  constructor(rate: number) {
    this.#units = rate / 8000;
  }

  /** 32 bits, unsigned; parts of a unit are cut off. */
  toLine(timestamp: number): number {
    if (this.#units === 1) return timestamp;
    const steps = Math.floor(((timestamp - this.#theirs) | 0) / this.#units);
    this.#theirs = (this.#theirs + steps * this.#units) >>> 0;
    this.#ours = (this.#ours + steps) >>> 0;
    return this.#ours;
  }
}
