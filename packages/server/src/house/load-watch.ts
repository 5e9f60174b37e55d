import type { Clock, Timer } from '@parley/base';

/** Seconds that a load has to last before it counts: a single hiccup of the machine turns nobody away. */
const SECONDS = 3;

/** What a media thread tells once a second. */
export interface ThreadLateness {
  readonly sessions: number;
  /** How late packets left, 99 of 100, milliseconds. */
  readonly lateP99: number;
}

/**
 * How late packets leave, as admission sees it: the worst thread of each second, and of the last seconds the best. A thread
 * without calls does not count, because nobody hears it.
 */
export class LoadWatch {
  readonly #loads: () => readonly ThreadLateness[];
  readonly #clock: Clock;
  readonly #seconds: number[] = Array.from({ length: SECONDS }, () => 0);
  #timer: Timer | undefined;
  #closed = false;

  constructor(loads: () => readonly ThreadLateness[], clock: Clock) {
    this.#loads = loads;
    this.#clock = clock;
    this.#wind();
  }

  get lateMillis(): number {
    return Math.min(...this.#seconds);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #wind(): void {
    this.#timer = this.#clock.after(1000, () => {
      this.#seconds.shift();
      this.#seconds.push(Math.max(0, ...this.#loads().map(load => (load.sessions > 0 ? load.lateP99 : 0))));
      if (!this.#closed) this.#wind();
    });
  }
}
