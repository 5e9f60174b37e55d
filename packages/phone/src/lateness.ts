const BUCKETS_PER_MILLI = 4;
const BUCKETS = 100 * BUCKETS_PER_MILLI;

/** How late things were: counts of quarters of a millisecond up to 100 ms, and the worst. */
export class Lateness {
  readonly #counts = new Uint32Array(BUCKETS + 1);
  #total = 0;
  #max = 0;

  add(millis: number): void {
    const late = Math.max(0, millis);
    this.#counts[Math.min(BUCKETS, Math.floor(late * BUCKETS_PER_MILLI))] += 1;
    this.#total += 1;
    if (late > this.#max) this.#max = late;
  }

  /** Takes over the counts of another. */
  merge(other: Lateness): void {
    for (let bucket = 0; bucket <= BUCKETS; bucket++) this.#counts[bucket] += other.#counts[bucket];
    this.#total += other.#total;
    this.#max = Math.max(this.#max, other.#max);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = this.#max = 0;
  }

  get total(): number {
    return this.#total;
  }

  get max(): number {
    return this.#max;
  }

  /** Milliseconds that `share` (0 to 1) of the entries were not later than, rounded up to a quarter; 0 without entries. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket];
      if (seen >= rank) return Math.min(this.#max, (bucket + 1) / BUCKETS_PER_MILLI);
    }
    return this.#max;
  }

  /** How many of the entries were later than `millis`, 0 to 1. */
  shareAbove(millis: number): number {
    let above = 0;
    for (let bucket = Math.ceil(millis * BUCKETS_PER_MILLI); bucket <= BUCKETS; bucket++) above += this.#counts[bucket];
    return this.#total === 0 ? 0 : above / this.#total;
  }
}
