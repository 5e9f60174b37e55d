import type { Clock, Timer } from '@parley/base';

const LOOK_MILLIS = 100;
/** What most packets suffer counts at once, and for so many tellings (half seconds): a thread that cannot keep up must not get the next call as soon as it breathes. */
const HELD = 3;
/** What one packet of a hundred suffers has to last for so many tellings on end before it counts: a hiccup of the machine, even one a second, turns nobody away. */
const LASTING = 6;
/** A thread with calls that has told nothing for so many looks is stuck. Looks, not time: when we stood still ourselves, that was not its fault. */
const PATIENCE = 15;

/** What a media thread tells every half second. */
export interface ThreadLateness {
  readonly sessions: number;
  /** How late packets left, three of four and 99 of 100, milliseconds. */
  readonly lateP75: number;
  readonly lateP99: number;
}

/**
 * How late packets leave, as admission sees it: on the worst thread, what most of them suffered in the last telling or shortly before, and what the
 * latest suffered for three seconds; and whether one is stuck. A thread without calls does not count, because nobody hears it.
 */
export class LoadWatch {
  readonly #loads: () => readonly ThreadLateness[];
  readonly #clock: Clock;
  readonly #threads: ThreadWatch[] = [];
  #timer: Timer | undefined;
  #closed = false;

  constructor(loads: () => readonly ThreadLateness[], clock: Clock) {
    this.#loads = loads;
    this.#clock = clock;
    this.#wind();
  }

  get lateMillis(): number {
    return this.#threads.reduce((most, { lateMillis }) => Math.max(most, lateMillis), 0);
  }

  /** Whether a thread with calls has told nothing for a second and a half. */
  get stuck(): boolean {
    const loads = this.#loads();
    return this.#threads.some((thread, number) => thread.stuckAt(loads[number]));
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #wind(): void {
    this.#timer = this.#clock.after(LOOK_MILLIS, () => {
      for (const [thread, load] of this.#loads().entries()) {
        this.#threads[thread] ??= new ThreadWatch();
        this.#threads[thread].look(load);
      }
      if (!this.#closed) this.#wind();
    });
  }
}

/** One thread. */
class ThreadWatch {
  readonly #most: number[] = new Array(HELD).fill(0);
  readonly #latest: number[] = new Array(LASTING).fill(0);
  #last: ThreadLateness | undefined;
  #unchanged = 0;

  get lateMillis(): number {
    return Math.max(...this.#most, Math.min(...this.#latest));
  }

  /** @param load what it tells now, which may be news since the last look. */
  stuckAt(load: ThreadLateness): boolean {
    return this.#unchanged > PATIENCE && load === this.#last;
  }

  /** @param load another object for each telling. */
  look(load: ThreadLateness): void {
    if (load === this.#last) {
      if (load.sessions > 0) this.#unchanged += 1;
      return;
    }
    this.#last = load;
    this.#unchanged = 0;
    const heard = load.sessions > 0;
    this.#most.shift();
    this.#most.push(heard ? load.lateP75 : 0);
    this.#latest.shift();
    this.#latest.push(heard ? load.lateP99 : 0);
  }
}
