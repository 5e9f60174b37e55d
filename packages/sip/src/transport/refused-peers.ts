import type { Clock, Log } from '@parley/base';
import type { Peer } from './peer.ts';
import type { PeerRefused } from './peer-refused.ts';
import { hostPort } from './via.ts';

/** The same refusal of the same source is told once in this time, milliseconds: a peer that tries every second must not fill the log. */
const QUIET = 60_000;
const MOST = 500;

interface Told {
  readonly at: number;
  again: number;
}

/** Writes a line for every peer that was refused before it could say anything in SIP. */
export class RefusedPeers {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told = new Map<string, Told>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  tell(peer: Peer, { facts }: PeerRefused): void {
    const { transport, address } = peer;
    const key = `${transport} ${address} ${facts.reason}`;
    const now = this.#clock.monotonic();
    const before = this.#told.get(key);
    if (before && now - before.at < QUIET) {
      before.again += 1;
      return;
    }
    this.#told.delete(key);
    this.#told.set(key, { at: now, again: 0 });
    if (this.#told.size > MOST) this.#forgetOldest();
    const again = before && before.again > 0 ? { again: before.again } : {};
    this.#log.warn('sip peer refused', { transport, source: hostPort(peer), ...facts, ...again });
  }

  #forgetOldest(): void {
    const [oldest] = this.#told.keys();
    this.#told.delete(oldest);
  }
}
