import type { Clock } from '@parley/base';
import { BucketTable } from '../protection/bucket-table.ts';

/** Names and sources that are told apart at once. */
const MOST = 10_000;
/** Characters of a name that count: longer ones are nobody's. */
const NAME = 64;
/** A source may try this many times as many wrong passwords over all names as for one. */
const SPREAD = 6;

/** How many wrong passwords one source may try, for one name and for all of them together. */
export class GuessLimit {
  readonly #names: BucketTable;
  readonly #sources: BucketTable;

  constructor(clock: Clock, perMinute: number) {
    const perSecond = perMinute / 60;
    this.#names = new BucketTable({ clock, perSecond, burst: perMinute, most: MOST });
    this.#sources = new BucketTable({ clock, perSecond: perSecond * SPREAD, burst: perMinute * SPREAD, most: MOST });
  }

  get size(): number {
    return this.#names.size + this.#sources.size;
  }

  isReached(source: string, user: string): boolean {
    return this.#sources.isEmpty(source) || this.#names.isEmpty(keyOf(source, user));
  }

  /** Another one was wrong. */
  count(source: string, user: string): void {
    this.#sources.take(source);
    this.#names.take(keyOf(source, user));
  }
}

const keyOf = (source: string, user: string): string => `${source} ${user.slice(0, NAME)}`;
