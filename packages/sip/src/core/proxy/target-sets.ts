import { parseNameAddress, parseUri, SipParseError } from '../../message/index.ts';
import type { ProxyTarget } from './proxy.ts';

/**
 * The places that a request is still to be sent to, best first: those of equal q together (RFC 3261 section 16.6). Each URI once, and
 * never more than the budget in all, whatever redirections say.
 */
export class TargetSets {
  readonly #seen = new Set<string>();
  readonly #most: number;
  #waiting: readonly ProxyTarget[] = [];

  /** @param most places in all. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Adds those that are new and can be read; returns how many that are. */
  add(targets: readonly ProxyTarget[]): number {
    let added = 0;
    for (const target of targets) {
      const key = [target.uri, ...(target.routes ?? [])].join(' ');
      if (this.#seen.size >= this.#most || this.#seen.has(key) || !isReadable(target)) continue;
      this.#seen.add(key);
      this.#waiting = [...this.#waiting, target];
      added += 1;
    }
    this.#waiting = [...this.#waiting].sort((a, b) => (b.q ?? 1) - (a.q ?? 1));
    return added;
  }

  /** Takes the next that may be tried at the same time, at most so many; empty when there are no more. */
  next(most: number): readonly ProxyTarget[] {
    const [first] = this.#waiting;
    if (!first) return [];
    const set = this.#waiting.filter(({ q = 1 }) => q === (first.q ?? 1)).slice(0, most);
    this.#waiting = this.#waiting.slice(set.length);
    return set;
  }

  clear(): void {
    this.#waiting = [];
  }
}

/** Whether its texts can be read: they may come from a 3xx, or from whoever keeps bindings. */
export function isReadable({ uri, routes = [], instead = [] }: ProxyTarget): boolean {
  try {
    parseUri(uri, 'Request-URI');
    for (const route of routes) parseNameAddress(route, 'Route');
  } catch (thrown) {
    if (thrown instanceof SipParseError) return false;
    throw thrown;
  }
  return instead.every(isReadable);
}
