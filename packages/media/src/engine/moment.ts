import type { Clock } from '@parley/base';
import type { Arrival } from './packet-socket.ts';

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

  /** When a datagram came: now, as far as its socket knows; never later. */
  when({ at }: Arrival): number {
    return at < this.now ? at : this.now;
  }
}
