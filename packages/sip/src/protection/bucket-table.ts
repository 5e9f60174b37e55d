import type { Clock } from '@parley/base';

export interface BucketTableOptions {
  readonly clock: Clock;
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** Tokens of a full bucket; those of one second when left out, at least 1. */
  readonly burst?: number;
  /** Keys that are told apart at once. */
  readonly most: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** The shortest time a bucket that nobody asks for is kept, milliseconds; at most twice that, so it is gone before 64*T1. */
const SHORTEST_KEPT = 15_000;

/**
 * A token bucket for each key, in two generations: what was used since the last change, and what was used before. A change drops
 * the older one whole, so nothing is ever searched for what may go, no timer runs, and an idle table is empty. It comes when a
 * generation is old enough for its buckets to have filled up again, or holds half of `most`: then the keys that were not used
 * since start afresh, which under a flood from forged addresses means that nobody else pays for it.
 */
export class BucketTable {
  readonly #clock: Clock;
  readonly #perMilli: number;
  readonly #burst: number;
  readonly #half: number;
  readonly #kept: number;
  #young = new Map<string, Bucket>();
  #old = new Map<string, Bucket>();
  #changedAt: number;

  constructor({ clock, perSecond, burst = perSecond, most }: BucketTableOptions) {
    this.#clock = clock;
    this.#perMilli = perSecond / 1000;
    this.#burst = Math.max(1, burst);
    this.#half = Math.max(1, Math.floor(most / 2));
    this.#kept = Math.max(SHORTEST_KEPT, this.#burst / this.#perMilli);
    this.#changedAt = clock.monotonic();
  }

  /** Keys that are remembered. */
  get size(): number {
    this.#change(this.#clock.monotonic());
    return this.#young.size + this.#old.size;
  }

  /** Takes a token; false when the bucket is empty. */
  take(key: string): boolean {
    const now = this.#clock.monotonic();
    const bucket = this.#bucket(key, now);
    bucket.tokens = this.#filled(bucket, now);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Whether `take` would fail; remembers nothing. */
  isEmpty(key: string): boolean {
    const bucket = this.#young.get(key) ?? this.#old.get(key);
    return bucket !== undefined && this.#filled(bucket, this.#clock.monotonic()) < 1;
  }

  #filled(bucket: Bucket, now: number): number {
    return Math.min(this.#burst, bucket.tokens + (now - bucket.filledAt) * this.#perMilli);
  }

  #bucket(key: string, now: number): Bucket {
    this.#change(now);
    const young = this.#young.get(key);
    if (young) return young;
    const bucket = this.#old.get(key) ?? { tokens: this.#burst, filledAt: now };
    this.#old.delete(key);
    this.#young.set(key, bucket);
    return bucket;
  }

  #change(now: number): void {
    const age = now - this.#changedAt;
    if (age < this.#kept && this.#young.size < this.#half) return;
    this.#old = age < 2 * this.#kept ? this.#young : new Map();
    this.#young = new Map();
    this.#changedAt = now;
  }
}
