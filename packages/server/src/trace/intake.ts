import type { Clock } from '@parley/base';

/** A flood needs so many seconds at least to drive everything out that a large shelf holds. */
const TURNOVER_SECONDS = 10;
/** Calls a second, and at once, that even the smallest shelf takes. */
const LEAST_PER_SECOND = 20;
const LEAST_AT_ONCE = 50;

/**
 * How fast new calls enter a shelf of the traces: as many at once as it has room for, after that a tenth of it in a second. Without that
 * a flood of refused calls would leave nothing to look at but its own last moment; those of it that do not enter cost next to nothing.
 */
export class Intake {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #perMilli: number;
  #tokens: number;
  #filledAt: number;

  /** @param most what the shelf has room for. */
  constructor(most: number, clock: Clock) {
    this.#clock = clock;
    this.#atOnce = Math.max(LEAST_AT_ONCE, most);
    this.#perMilli = Math.max(LEAST_PER_SECOND, most / TURNOVER_SECONDS) / 1000;
    this.#tokens = this.#atOnce;
    this.#filledAt = clock.monotonic();
  }

  /** Whether one more may enter; counts it. */
  take(): boolean {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#atOnce, this.#tokens + (now - this.#filledAt) * this.#perMilli);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
