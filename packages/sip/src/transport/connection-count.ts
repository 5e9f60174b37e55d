import { sourceNetwork } from '../protection/source-network.ts';
import type { Peer } from './peer.ts';

export interface ConnectionCountBudgets {
  /** Connections at once, of all listen points together. A quarter of them is for those that we open and for sources without limits. */
  readonly connections: number;
  /** Connections at once with one IPv4 address, or one IPv6 network of 64 bits. */
  readonly connectionsPerSource: number;
}

/** What one connection takes up. */
export interface ConnectionRoom {
  /** Gives it back. Harmless when it was said before. */
  leave(): void;
}

export interface ConnectionCountOptions extends ConnectionCountBudgets {
  /** Sources that may use all connections there are, however many come from one address. */
  readonly unlimited: (source: Peer) => boolean;
}

/** The part of all connections that strangers can fill: whoever has many addresses must not shut out those whom we know. */
const FOR_STRANGERS = 0.75;

/** The connections of a user agent, from their first packet on, whatever they carry. */
export class ConnectionCount {
  readonly #options: ConnectionCountOptions;
  readonly #bySource = new Map<string, number>();
  #all = 0;
  #strangers = 0;

  constructor(options: ConnectionCountOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all;
  }

  /** Room for one more connection with that peer, opened by us or by him; undefined when there is none. */
  take(peer: Peer, isOurs: boolean): ConnectionRoom | undefined {
    const { connections, connectionsPerSource } = this.#options;
    const source = sourceNetwork(peer.address);
    const present = this.#bySource.get(source) ?? 0;
    const isLimited = !this.#options.unlimited(peer);
    const isStranger = isLimited && !isOurs;
    if (this.#all >= connections || (isLimited && present >= connectionsPerSource)) return undefined;
    if (isStranger && this.#strangers >= Math.ceil(connections * FOR_STRANGERS)) return undefined;
    this.#all += 1;
    this.#strangers += Number(isStranger);
    this.#bySource.set(source, present + 1);
    let isLeft = false;
    return {
      // Who is known may be somebody else by then: what was counted is what is taken back.
      leave: () => {
        if (isLeft) return;
        isLeft = true;
        this.#all -= 1;
        this.#strangers -= Number(isStranger);
        this.#left(source);
      },
    };
  }

  #left(source: string): void {
    const left = (this.#bySource.get(source) ?? 1) - 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
  }
}
