import type { Clock, Timer } from '@parley/base';

const LOOK_MILLIS = 100;
/** Lateness counts when so many looks in a row met it: one long piece of work is no overload. */
const LASTING = 5;

/** How late the main thread gets to what is due, and so to every SIP message: the least lateness of the last half second. */
export class LoopWatch {
  readonly #clock: Clock;
  readonly #latest: number[] = new Array(LASTING).fill(0);
  #due: number;
  #timer: Timer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#due = clock.monotonic() + LOOK_MILLIS;
    this.#timer = clock.after(LOOK_MILLIS, () => this.#look());
  }

  get lateMillis(): number {
    return Math.min(...this.#latest);
  }

  close(): void {
    this.#timer.cancel();
  }

  #look(): void {
    const now = this.#clock.monotonic();
    this.#latest.shift();
    this.#latest.push(Math.max(0, now - this.#due));
    this.#due = now + LOOK_MILLIS;
    this.#timer = this.#clock.after(LOOK_MILLIS, () => this.#look());
  }
}
