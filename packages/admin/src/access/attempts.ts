import { type Clock, ParleyError } from '@parley/base';
import { parseAddress } from '@parley/schema';

export interface AttemptRules {
  /** Tries in a row that are free. */
  readonly burst: number;
  /** Milliseconds after which one more is. */
  readonly everyMillis: number;
  /** Keys that are remembered; the one that was not used for longest is forgotten first. */
  readonly mostKeys?: number;
}

interface Bucket {
  tries: number;
  at: number;
}

const MOST_KEYS = 10_000;

/** How often something may be tried for one key: an address, a name. */
export class Attempts {
  readonly #rules: Required<AttemptRules>;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rules: AttemptRules) {
    this.#clock = clock;
    this.#rules = { mostKeys: MOST_KEYS, ...rules };
  }

  /** Counts a try. Throws `TOO_MANY_REQUESTS`, which says when to come again; a try that is refused is not counted. */
  take(key: string): void {
    const { burst, everyMillis } = this.#rules;
    const bucket = this.#bucketOf(key);
    const over = bucket.tries + 1 - burst;
    if (over > 0) {
      const seconds = Math.ceil((over * everyMillis) / 1000);
      throw new ParleyError('TOO_MANY_REQUESTS', `too many tries: try again in ${seconds} s`);
    }
    bucket.tries++;
  }

  #bucketOf(key: string): Bucket {
    const { everyMillis, mostKeys } = this.#rules;
    const now = this.#clock.monotonic();
    const known = this.#buckets.get(key) ?? { tries: 0, at: now };
    this.#buckets.delete(key);
    if (this.#buckets.size >= mostKeys) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    known.tries = Math.max(0, known.tries - (now - known.at) / everyMillis);
    known.at = now;
    this.#buckets.set(key, known);
    return known;
  }
}

/** Octets of an IPv6 address that one customer has: a /64 is a single line. */
const LINE_OCTETS = 8;

/** What of an address stands for whoever is behind it. */
export function lineOf(address: string): string {
  const octets = parseAddress(address);
  if (!octets) return 'unknown';
  const isMapped = octets.subarray(0, 10).every(octet => octet === 0) && octets[10] === 0xff;
  return Buffer.from(isMapped ? octets : octets.subarray(0, LINE_OCTETS)).toString('hex');
}
