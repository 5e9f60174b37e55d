import { type Deferred, defer } from '@parley/base';

/** The place of one call in the row of those that want to begin. */
export interface Place {
  /** Resolves when it is this call's turn. */
  readonly reached: Promise<void>;
  /** Lets the next one in: the call is answered or over. Harmless when it was said before. */
  leave(): void;
}

/**
 * Calls begin a few at a time, in the order in which they came. Beginning is the dearest moment of a call; when a thousand come in a
 * second, all at once would be late, those under way included. Who waits costs little, and the door refuses whoever would wait too long.
 */
export class Entrance {
  readonly #most: number;
  readonly #row: Deferred<void>[] = [];
  #beginning = 0;

  /** @param most calls that may begin at once. */
  constructor(most: number) {
    this.#most = most;
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
        if (place < 0) this.#beginning -= 1;
        else this.#row.splice(place, 1);
        // What has come in meanwhile is looked at first: messages of calls under way above all.
        setImmediate(() => this.#admit());
      },
    };
  }

  #admit(): void {
    while (this.#beginning < this.#most) {
      const next = this.#row.shift();
      if (!next) return;
      this.#beginning += 1;
      next.resolve();
    }
  }
}
