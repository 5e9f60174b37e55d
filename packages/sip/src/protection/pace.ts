import type { Clock, Log, Timer } from '@parley/base';
import type { Peer } from '../transport/peer.ts';
import { BucketTable } from './bucket-table.ts';

export interface PaceOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Messages in a second, and as many at once, of all sources together that are not `unlimited`. */
  readonly strangersPerSecond: number;
  readonly unlimited: (source: Peer) => boolean;
}

/** How long whoever waits does so at least, milliseconds. */
const PAUSE = 50;
/** One line in so many seconds says what was not read. */
const LINES = { burst: 1, perSecond: 1 / 60 };
/** There is one bucket of each kind. */
const ALL = 'all';
const CHANGE =
  'Whoever is known (a gateway, a proxy of ones own: the option unlimited) is served meanwhile. If this source is one of yours, make it known; else let a firewall see to it.';

/**
 * How many messages of strangers are read at all. To read and refuse one costs as much as to serve somebody, and strangers have addresses
 * without end, so that limits for each source are none for all of them. What is too much is dropped unread where it comes in datagrams;
 * connections wait for their turn and are not read meanwhile, so that their senders have to wait, too.
 */
export class Pace {
  readonly #options: PaceOptions;
  readonly #messages: BucketTable;
  readonly #lines: BucketTable;
  /** Who goes on when there is room, oldest first. */
  #waiting: (() => void)[] = [];
  #timer: Timer | undefined;
  #untold = 0;

  constructor(options: PaceOptions) {
    const { clock, strangersPerSecond } = options;
    this.#options = options;
    this.#messages = new BucketTable({ clock, perSecond: strangersPerSecond, most: 2 });
    this.#lines = new BucketTable({ clock, ...LINES, most: 2 });
  }

  /** Whether a datagram is to be read; counts it. */
  reads(source: Peer): boolean {
    if (this.#options.unlimited(source) || this.#messages.take(ALL)) return true;
    this.#tell(source);
    return false;
  }

  /** Whether a connection may go on with its next message; counts it. If not, `goOn` is called once when it may. */
  isTurnOf(source: Peer, goOn: () => void): boolean {
    if (this.#options.unlimited(source)) return true;
    // Who came earlier goes first: none of many connections is to have it all.
    if (this.#waiting.length === 0 && this.#messages.take(ALL)) return true;
    this.#tell(source);
    this.#waiting.push(goOn);
    this.#timer ??= this.#options.clock.after(PAUSE, () => this.#resume());
    return false;
  }

  #resume(): void {
    this.#timer = undefined;
    const waited = this.#waiting;
    this.#waiting = [];
    let next = 0;
    while (next < waited.length && this.#messages.take(ALL)) waited[next++]();
    // Those who have got their turn and want another are behind those who have got none.
    this.#waiting = [...waited.slice(next), ...this.#waiting];
    if (this.#waiting.length > 0) this.#timer ??= this.#options.clock.after(PAUSE, () => this.#resume());
  }

  #tell({ transport, address }: Peer): void {
    this.#untold += 1;
    if (!this.#lines.take(ALL)) return;
    const { log, strangersPerSecond } = this.#options;
    log.warn('sip messages of strangers not read', {
      transport,
      source: address,
      times: this.#untold,
      strangersPerSecond,
      change: CHANGE,
    });
    this.#untold = 0;
  }
}
