import type { Clock, Timer } from './clock.ts';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. Timers fire in the order of their due time, then of their setting. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #start: number;
  readonly #pending = new Set<Pending>();

  /** @param start wall time at the beginning, milliseconds since 1970. */
  constructor(start = Date.UTC(2026, 0, 5, 9, 0, 0)) {
    this.#start = start;
  }

  wall(): number {
    return this.#start + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(millis: number, run: () => void): Timer {
    const pending = { at: this.#now + Math.max(0, millis), order: this.#order++, run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Number of timers that are set and have not fired: a leak test asserts 0. */
  get timers(): number {
    return this.#pending.size;
  }

  /** Moves time forward by `millis`, firing what falls due on the way at its own moment. */
  advance(millis: number): void {
    const end = this.#now + millis;
    for (let next = this.#due(end); next; next = this.#due(end)) {
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }

  /** Like `advance`, but lets promises settle before and after each timer, for code that awaits between two waits. */
  async run(millis: number): Promise<void> {
    const end = this.#now + millis;
    await settle();
    for (let next = this.#due(end); next; next = this.#due(end)) {
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  #due(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.at > end) continue;
      if (!first || pending.at < first.at || (pending.at === first.at && pending.order < first.order)) first = pending;
    }
    return first;
  }
}

/** Lets every promise that can settle without I/O do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
