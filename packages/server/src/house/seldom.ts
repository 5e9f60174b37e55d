import type { Clock } from '@parley/base';

/** Lets something happen at most once in a while and counts the rest: for log lines that strangers can cause. */
export class Seldom {
  readonly #clock: Clock;
  readonly #everyMillis: number;
  #next = Number.NEGATIVE_INFINITY;
  #held = 0;

  constructor(clock: Clock, everyMillis: number) {
    this.#clock = clock;
    this.#everyMillis = everyMillis;
  }

  /** Runs `say` with how often it was held back since the last time, or holds it back. */
  now(say: (heldBack: number) => void): void {
    const now = this.#clock.monotonic();
    if (now < this.#next) {
      this.#held++;
      return;
    }
    this.#next = now + this.#everyMillis;
    say(this.#held);
    this.#held = 0;
  }
}
