import type { PortRange } from '../engine/port-pairs.ts';
import type { RemoteSession } from './remote-session.ts';

/** Spares hold at most one pair of so many, or a small range would be kept from calls. */
const PAIRS_A_SPARE = 8;
/** When a spare got no ports, the next is tried after so long: by then those of calls that ended have rested. */
const BARREN_MILLIS = 5000;

/**
 * The sessions of one thread that no call has yet, their ports bound or being bound. A call takes one instead of waiting for two sockets and for
 * another thread. The engine does not know them from others: a session that is not started is not ticked, and counts for nothing there.
 */
export class SpareSessions {
  readonly #most: number;
  readonly #spares = new Set<RemoteSession>();
  #barrenUntil = Number.NEGATIVE_INFINITY;

  /** @param wanted how many there should be, as far as `ports`, the share of the thread, has plenty. */
  constructor(wanted: number, { from, to }: PortRange) {
    this.#most = Math.min(wanted, Math.floor((to - from + 1) / 2 / PAIRS_A_SPARE));
  }

  get size(): number {
    return this.#spares.size;
  }

  /** Whether one more should be opened at `now` (milliseconds that do not jump). */
  lacking(now: number): boolean {
    return this.#spares.size < this.#most && now >= this.#barrenUntil;
  }

  add(spare: RemoteSession): void {
    this.#spares.add(spare);
  }

  /** One whose ports are bound is no spare any more. */
  takeBound(): RemoteSession | undefined {
    for (const spare of this.#spares) if (spare.port > 0) return this.#take(spare);
    return undefined;
  }

  /** As `takeBound`, or else one whose ports are being bound. */
  takeAny(): RemoteSession | undefined {
    const bound = this.takeBound();
    if (bound) return bound;
    for (const spare of this.#spares) return this.#take(spare);
    return undefined;
  }

  /** A session ended by itself; if it was a spare, it is none any more. */
  ended(session: RemoteSession, now: number): void {
    if (this.#spares.delete(session)) this.#barrenUntil = now + BARREN_MILLIS;
  }

  /** The thread is dead. */
  clear(): void {
    this.#spares.clear();
  }

  #take(spare: RemoteSession): RemoteSession {
    this.#spares.delete(spare);
    return spare;
  }
}
