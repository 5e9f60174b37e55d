import type { Clock } from '@parley/base';

const MOST = 10_000;

/** Tells what was not there for a while, of a bounded memory. */
export class FirstSeen {
  readonly #clock: Clock;
  readonly #millis: number;
  readonly #seen = new Map<string, number>();

  constructor(clock: Clock, millis: number) {
    this.#clock = clock;
    this.#millis = millis;
  }

  /** Whether it is the first time, or the first in so long. */
  isFirst(key: string): boolean {
    const now = this.#clock.monotonic();
    const before = this.#seen.get(key);
    if (before !== undefined && now - before < this.#millis) return false;
    this.#seen.delete(key);
    if (this.#seen.size >= MOST) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    this.#seen.set(key, now);
    return true;
  }
}
