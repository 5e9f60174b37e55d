import type { LegEnd } from './user-agent.ts';

/** The life of one call leg, from INVITE to its end, whoever ends it: ends once, with one reason. */
export class Leg {
  readonly #abort = new AbortController();
  readonly #all: Set<Leg>;
  readonly #listeners = new Set<(end: LegEnd) => void>();
  #end: LegEnd | undefined;

  /** @param all the user agent's legs, so that closing it can end them. */
  constructor(all: Set<Leg>) {
    this.#all = all;
    all.add(this);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why it is over; undefined while it is not. */
  get over(): LegEnd | undefined {
    return this.#end;
  }

  /** Runs before the signal aborts, so that the protocol is in order when the application hears of it; returns how to take it back. */
  onEnd(listener: (end: LegEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  end(end: LegEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#all.delete(this);
    for (const listener of [...this.#listeners]) listener(end);
    this.#listeners.clear();
    this.#abort.abort(end);
  }
}

/** Ends `inner` when `outer` ends, with the same reason; returns how to let it live on. */
export function endWith(outer: Leg, inner: Leg): () => void {
  const forget = outer.onEnd(end => inner.end(end));
  inner.onEnd(forget);
  return forget;
}
