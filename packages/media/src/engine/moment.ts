import type { Clock } from '@parley/base';

/** The present, as the worker last read its clock: once per tick, command and packet, so that nobody below reads it again. */
export class Moment {
  /** Milliseconds that do not jump. */
  now: number;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.now = clock.monotonic();
  }

  read(): number {
    this.now = this.#clock.monotonic();
    return this.now;
  }
}
