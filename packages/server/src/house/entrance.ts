import { type Clock, type Deferred, defer } from '@parley/base';

/** The place of one call in the row of those that want to begin. */
export interface Place {
  /** Resolves when it is this call's turn. */
  readonly reached: Promise<void>;
  /** Lets the next one in: the call is answered or over. Harmless when it was said before. */
  leave(): void;
}

/** Calls that begin at once: more would only make each of them slower. */
const BEGINNING_AT_ONCE = 16;
/** How far ahead of its pace the entrance may be: so many calls come in at once after a quiet time. */
const AHEAD = 32;

export interface EntranceOptions {
  readonly clock: Clock;
  /** Calls that may begin in a second, as it is set at this moment. */
  readonly perSecond: () => number;
}

/**
 * Calls begin a few at a time and at a pace, in the order in which they came. The first seconds of a call, with its prompts, are the
 * dearest; when a thousand come in a second, all at once would be late, those under way included, before that could be noticed. Who
 * waits costs little, and the door refuses whoever would wait too long.
 */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #row: Deferred<void>[] = [];
  #beginning = 0;
  /** Monotonic time at which the pace will have caught up with what came in. */
  #paidUntil = 0;
  #isWaking = false;

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#row.length;
  }

  /** Puts a call at the end of the row. */
  queue(): Place {
    const turn = defer<void>();
    this.#row.push(turn);
    this.#admit();
    let left = false;
    return {
      reached: turn.promise,
      leave: () => {
        if (left) return;
        left = true;
        const place = this.#row.indexOf(turn);
        if (place >= 0) this.#row.splice(place, 1);
        else {
          this.#beginning -= 1;
          this.#admit();
        }
      },
    };
  }

  #admit(): void {
    const { clock, perSecond } = this.#options;
    const each = 1000 / perSecond();
    while (this.#row.length > 0 && this.#beginning < BEGINNING_AT_ONCE) {
      const now = clock.monotonic();
      const tooEarly = this.#paidUntil - now - AHEAD * each;
      if (tooEarly > 0) {
        this.#wake(tooEarly);
        return;
      }
      this.#paidUntil = Math.max(this.#paidUntil, now) + each;
      this.#beginning += 1;
      this.#row.shift()?.resolve();
    }
  }

  #wake(millis: number): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#options.clock.after(millis, () => {
      this.#isWaking = false;
      this.#admit();
    });
  }
}
