import type { Clock, Log } from '@parley/base';
import { BucketTable } from '../protection/bucket-table.ts';
import { sourceNetwork } from '../protection/source-network.ts';
import type { Peer } from './peer.ts';
import type { PeerRefused } from './peer-refused.ts';
import { hostPort } from './via.ts';

/** The same refusal of the same source is told once in this time, milliseconds: a peer that tries every second must not fill the log. */
const QUIET = 60_000;
const MOST = 500;
/** Lines of one kind, whoever the peers are: so many at once, and then one in so many seconds. Strangers have addresses without end. */
const LINES = { burst: 20, perSecond: 0.2 };
/** Kinds that lines are counted for. */
const MOST_KINDS = 64;

interface Told {
  readonly at: number;
  again: number;
}

/** Writes a line for every peer that was refused before it could say anything in SIP, as long as these are not too many. */
export class RefusedPeers {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told = new Map<string, Told>();
  readonly #lines: BucketTable;
  /** Peers since the last line that got none, by kind. */
  readonly #untold = new Map<string, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#lines = new BucketTable({ clock, ...LINES, most: MOST_KINDS });
  }

  tell(peer: Peer, { facts }: PeerRefused): void {
    const { transport, address } = peer;
    const key = `${transport} ${sourceNetwork(address)} ${facts.reason}`;
    const now = this.#clock.monotonic();
    const before = this.#told.get(key);
    if (before && now - before.at < QUIET) {
      before.again += 1;
      return;
    }
    // A reason may quote what the peer said, another thing each time; what to change is the same text for all of a kind.
    const kind = facts.change;
    const others = this.#untold.get(kind) ?? 0;
    if (!this.#lines.take(kind)) {
      this.#untold.set(kind, others + 1);
      return;
    }
    this.#untold.delete(kind);
    this.#told.delete(key);
    this.#told.set(key, { at: now, again: 0 });
    if (this.#told.size > MOST) this.#forgetOldest();
    const again = before && before.again > 0 ? { again: before.again } : {};
    const untold = others > 0 ? { others } : {};
    this.#log.warn('sip peer refused', { transport, source: hostPort(peer), ...facts, ...again, ...untold });
  }

  #forgetOldest(): void {
    const [oldest] = this.#told.keys();
    this.#told.delete(oldest);
  }
}
