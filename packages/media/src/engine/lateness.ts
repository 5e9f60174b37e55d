const BUCKETS_PER_MILLI = 4;
const BUCKETS = 64 * BUCKETS_PER_MILLI;

/** How late a clock ran: a histogram of quarters of a millisecond up to 64 ms, and the worst. */
export class Lateness {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #max = 0;

  add(millis: number): void {
    const late = Math.max(0, millis);
    this.#counts[Math.min(BUCKETS - 1, Math.floor(late * BUCKETS_PER_MILLI))] += 1;
    this.#total += 1;
    if (late > this.#max) this.#max = late;
  }

  /** Milliseconds that `share` (0 to 1) of the entries were not later than; 0 without entries. */
  quantile(share: number): number {
    const rank = Math.ceil(share * this.#total);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket];
      if (seen >= rank && seen > 0) return Math.min(this.#max, (bucket + 1) / BUCKETS_PER_MILLI);
    }
    return 0;
  }

  get max(): number {
    return this.#max;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = this.#max = 0;
  }
}
