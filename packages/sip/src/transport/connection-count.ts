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
  /** Others do not get it any more. */
  keep(): void;
  /** Gives it back. Harmless when it was said before. */
  leave(): void;
}

export interface ConnectionCountOptions extends ConnectionCountBudgets {
  /** Sources that may use all connections there are, however many come from one address. */
  readonly unlimited: (source: Peer) => boolean;
}

/** The part of all connections that strangers can fill: whoever has many addresses must not shut out those whom we know. */
const FOR_STRANGERS = 0.75;

/**
 * The connections of a user agent, from their first packet on, whatever they carry. When there are too many, one of those that strangers opened and over
 * which nothing was let in is closed for the next one, the oldest of the source that has most of them: whoever only sits there must not keep
 * out who has something to say, and whoever comes from some hundred addresses not the one who is about to prove who he is.
 */
export class ConnectionCount {
  readonly #options: ConnectionCountOptions;
  readonly #bySource = new Map<string, number>();
  /** How those are closed that make room for others, by source, oldest first. */
  readonly #idle = new Map<string, Set<() => void>>();
  #all = 0;
  #strangers = 0;

  constructor(options: ConnectionCountOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all;
  }

  /**
   * Room for one more connection with that peer; undefined when there is none.
   * @param close closes it for another one; not given for a connection that we open.
   */
  take(peer: Peer, close?: () => void): ConnectionRoom | undefined {
    const source = sourceNetwork(peer.address);
    const present = this.#bySource.get(source) ?? 0;
    const isLimited = !this.#options.unlimited(peer);
    const isStranger = isLimited && close !== undefined;
    if (isLimited && present >= this.#options.connectionsPerSource) return undefined;
    if (this.#isFull(isStranger)) this.#makeRoom();
    if (this.#isFull(isStranger)) return undefined;
    this.#all += 1;
    this.#strangers += Number(isStranger);
    this.#bySource.set(source, present + 1);
    if (isStranger) this.#sits(source, close);
    let isLeft = false;
    return {
      keep: () => {
        if (close) this.#sitsNoMore(source, close);
      },
      // Who is known may be somebody else by then: what was counted is what is taken back.
      leave: () => {
        if (isLeft) return;
        isLeft = true;
        if (close) this.#sitsNoMore(source, close);
        this.#all -= 1;
        this.#strangers -= Number(isStranger);
        this.#left(source);
      },
    };
  }

  #isFull(forStranger: boolean): boolean {
    const { connections } = this.#options;
    return this.#all >= connections || (forStranger && this.#strangers >= Math.ceil(connections * FOR_STRANGERS));
  }

  /** Its room is given back before this returns. */
  #makeRoom(): void {
    let most: { readonly source: string; readonly closing: ReadonlySet<() => void> } | undefined;
    for (const [source, closing] of this.#idle)
      if (closing.size > (most?.closing.size ?? 0)) most = { source, closing };
    if (!most) return;
    const [close] = most.closing;
    this.#sitsNoMore(most.source, close);
    close();
  }

  #sits(source: string, close: () => void): void {
    const present = this.#idle.get(source);
    if (present) present.add(close);
    else this.#idle.set(source, new Set([close]));
  }

  #sitsNoMore(source: string, close: () => void): void {
    const present = this.#idle.get(source);
    if (present?.delete(close) && present.size === 0) this.#idle.delete(source);
  }

  #left(source: string): void {
    const left = (this.#bySource.get(source) ?? 1) - 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
  }
}
