import { type Clock, ParleyError } from '@parley/base';

export interface AnswerCacheOptions<T> {
  readonly clock: Clock;
  /** Answers that are kept; the one that was fetched first goes first. */
  readonly entries: number;
  /** Questions under way at once; further ones fail with SIP_DNS_BUSY. */
  readonly underWay: number;
  /** How long an answer that is not empty may be believed, milliseconds. */
  readonly lifetime: (records: readonly T[]) => number;
  /** How long a failure is not asked about again, milliseconds; 5,000 when left out, 300,000 is the most that RFC 2308 section 7 allows. */
  readonly failureMillis?: number;
}

/** "There is none" is believed so long, milliseconds (RFC 2308 section 5 has the SOA record decide, which Node does not show). */
const NEGATIVE = 30_000;
/** A failure is not asked about again so soon (RFC 2308 section 7). */
const FAILURE = 5_000;
/** While asking fails, an answer that ran out no longer ago than this is better than none (RFC 8767 section 5). */
const STALE = 86_400_000;

type Entry<T> =
  | { readonly until: number; readonly records: readonly T[]; readonly fetchedUntil: number }
  | { readonly until: number; readonly failure: unknown };

/** Remembers the answers to one kind of question: within their time, within a number, and asking once however many want to know. */
export class AnswerCache<T> {
  readonly #options: AnswerCacheOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #underWay = new Map<string, Promise<readonly T[]>>();

  constructor(options: AnswerCacheOptions<T>) {
    this.#options = options;
  }

  /** Answers that are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** What is known under a key, or what `ask` says; rejects with what it rejected with, for a while. */
  async get(key: string, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const present = this.#entries.get(key);
    if (present && this.#options.clock.monotonic() < present.until) {
      if ('failure' in present) throw present.failure;
      return present.records;
    }
    const asking = this.#underWay.get(key);
    if (asking) return asking;
    if (this.#underWay.size >= this.#options.underWay)
      throw new ParleyError('SIP_DNS_BUSY', 'Too many names are being looked up at once.');
    const fresh = this.#fetch(key, ask).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, fresh);
    return fresh;
  }

  async #fetch(key: string, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
    try {
      const records = await ask();
      const until = this.#in(records.length === 0 ? NEGATIVE : this.#options.lifetime(records));
      this.#keep(key, { records, until, fetchedUntil: until });
      return records;
    } catch (thrown) {
      const until = this.#in(this.#options.failureMillis ?? FAILURE);
      const old = this.#entries.get(key);
      if (old && 'records' in old && this.#in(-STALE) < old.fetchedUntil) {
        this.#keep(key, { ...old, until });
        return old.records;
      }
      this.#keep(key, { until, failure: thrown });
      throw thrown;
    }
  }

  #in(millis: number): number {
    return this.#options.clock.monotonic() + millis;
  }

  #keep(key: string, entry: Entry<T>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= this.#options.entries) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest);
  }
}
