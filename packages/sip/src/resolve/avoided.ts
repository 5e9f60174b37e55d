import type { Clock } from '@parley/base';
import type { Peer } from '../transport/peer.ts';
import { hostPort } from '../transport/via.ts';

/** Servers that are remembered at once; the oldest is forgotten. */
const MOST = 1000;

/** Servers that failed a moment ago: others go first until their time is over (RFC 3263 section 4.3, RFC 3261 21.5.4). */
export class Avoided {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#until.size;
  }

  add(peer: Peer, millis: number): void {
    const key = keyOf(peer);
    this.#until.delete(key);
    this.#until.set(key, this.#clock.monotonic() + millis);
    if (this.#until.size <= MOST) return;
    const [oldest] = this.#until.keys();
    this.#until.delete(oldest);
  }

  /** It works again. */
  remove(peer: Peer): void {
    if (this.#until.size > 0) this.#until.delete(keyOf(peer));
  }

  has(peer: Peer): boolean {
    if (this.#until.size === 0) return false;
    const key = keyOf(peer);
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (this.#clock.monotonic() < until) return true;
    this.#until.delete(key);
    return false;
  }
}

const keyOf = (peer: Peer): string => `${peer.transport} ${hostPort(peer)}`;
