import { sourceNetwork } from '../protection/source-network.ts';

export interface ConnectionCountBudgets {
  /** Connections at once, of all listen points together. */
  readonly connections: number;
  /** Connections at once with one IPv4 address, or one IPv6 network of 64 bits. */
  readonly connectionsPerSource: number;
}

/** The connections of a user agent, from their first packet on, whatever they carry. */
export class ConnectionCount {
  readonly #budgets: ConnectionCountBudgets;
  readonly #bySource = new Map<string, number>();
  #all = 0;

  constructor(budgets: ConnectionCountBudgets) {
    this.#budgets = budgets;
  }

  get size(): number {
    return this.#all;
  }

  /** Whether there is room for one more with that address. */
  hasRoomFor(address: string): boolean {
    const { connections, connectionsPerSource } = this.#budgets;
    return this.#all < connections && (this.#bySource.get(sourceNetwork(address)) ?? 0) < connectionsPerSource;
  }

  add(address: string): void {
    const source = sourceNetwork(address);
    this.#all += 1;
    this.#bySource.set(source, (this.#bySource.get(source) ?? 0) + 1);
  }

  remove(address: string): void {
    const source = sourceNetwork(address);
    const left = (this.#bySource.get(source) ?? 1) - 1;
    this.#all -= 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
  }
}
