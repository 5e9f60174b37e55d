import type { Clock } from '@parley/base';
import type { Peer } from '../transport/peer.ts';
import { BucketTable } from './bucket-table.ts';
import { sourceNetwork } from './source-network.ts';

export interface GateOptions {
  readonly clock: Clock;
  /** Requests that one source may send in a second. */
  readonly requestsPerSecond: number;
  /** Transactions that one source may have at once. */
  readonly transactionsPerSource: number;
  /** Sources that are told apart at once. */
  readonly sources: number;
  /** Sources that neither limit holds for. */
  readonly unlimited: (source: Peer) => boolean;
}

/** What one source may do, before anything else is looked at. */
export class Gate {
  readonly #options: GateOptions;
  readonly #requests: BucketTable;
  readonly #transactions = new Map<string, number>();

  constructor(options: GateOptions) {
    const { clock, requestsPerSecond, sources } = options;
    this.#options = options;
    this.#requests = new BucketTable({ clock, perSecond: requestsPerSecond, most: sources });
  }

  /** Sources that are remembered. */
  get size(): number {
    return this.#requests.size + this.#transactions.size;
  }

  /** Counts a request; false when its source has sent too many. */
  admits(source: Peer): boolean {
    return this.#requests.take(sourceNetwork(source.address)) || this.#options.unlimited(source);
  }

  /** Whether a source may have another transaction; `times` as many as usual for what belongs to its calls. */
  hasRoom(source: Peer, times = 1): boolean {
    const held = this.#transactions.get(sourceNetwork(source.address)) ?? 0;
    return held < this.#options.transactionsPerSource * times || this.#options.unlimited(source);
  }

  /** A transaction has begun. */
  began(source: Peer): void {
    const network = sourceNetwork(source.address);
    this.#transactions.set(network, (this.#transactions.get(network) ?? 0) + 1);
  }

  /** One that has begun is over. */
  ended(source: Peer): void {
    const network = sourceNetwork(source.address);
    const left = (this.#transactions.get(network) ?? 0) - 1;
    if (left > 0) this.#transactions.set(network, left);
    else this.#transactions.delete(network);
  }
}
