import type { Clock, Timer } from '@parley/base';

/** The answer to a request that was answered here; undefined while it is being made. */
interface Known {
  readonly bytes: Uint8Array | undefined;
  readonly until: number;
}

export interface AnsweredOptions {
  readonly clock: Clock;
  /** How long copies of a request may come: timer J, 64*T1. */
  readonly millis: number;
  readonly most: number;
}

/** The shortest time between two looks for what may go, milliseconds. */
const STEP = 250;

/**
 * What a transaction would remember of a request that is not INVITE and is answered here (RFC 3261 section 17.2.2), and no more: the
 * same answer for its copies, for 64*T1. All of them share one timer. When there are too many the oldest go first: their copies
 * would be new requests.
 */
export class Answered {
  readonly #options: AnsweredOptions;
  /** In the order of their entry, which is that of their end. */
  readonly #known = new Map<string, Known>();
  #timer: Timer | undefined;

  constructor(options: AnsweredOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Its answer, 'pending' while that is being made, undefined when it is new. */
  find(key: string): Uint8Array | 'pending' | undefined {
    const known = this.#known.get(key);
    return known && (known.bytes ?? 'pending');
  }

  /** An answer, or that there will be one. */
  keep(key: string, bytes?: Uint8Array): void {
    const { clock, millis, most } = this.#options;
    this.#known.delete(key);
    this.#known.set(key, { bytes, until: clock.monotonic() + millis });
    if (this.#known.size > most) this.#known.delete(firstOf(this.#known.keys()) ?? '');
    this.#timer ??= clock.after(millis, () => this.#expire());
  }

  forget(key: string): void {
    this.#known.delete(key);
    if (this.#known.size === 0) this.close();
  }

  close(): void {
    this.#known.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #expire(): void {
    this.#timer = undefined;
    const now = this.#options.clock.monotonic();
    for (const [key, { until }] of this.#known) {
      if (until > now) {
        this.#timer = this.#options.clock.after(Math.max(until - now, STEP), () => this.#expire());
        return;
      }
      this.#known.delete(key);
    }
  }
}

const firstOf = <T>(all: Iterable<T>): T | undefined => {
  for (const one of all) return one;
  return undefined;
};
