import type { Clock } from '@parley/base';
import { AnswerCache } from './answer-cache.ts';
import type { AddressRecord, NaptrRecord, Resolver, SrvRecord } from './resolver.ts';

/** Whose answers are kept, and how many. */
export interface ResolverCacheOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Answers of each kind that are kept; 1,000 when left out. */
  readonly entries?: number;
  /** Questions of each kind under way at once; 100 when left out. Further ones reject with SIP_DNS_BUSY. */
  readonly underWay?: number;
}

/** SRV and NAPTR records come without their time to live, milliseconds. */
const FIXED = 60_000;
/** The longest that an address is believed, whatever its record says. */
const LONGEST = 3_600_000;

/** A resolver that remembers what another one said. */
export class ResolverCache implements Resolver {
  readonly #resolver: Resolver;
  readonly #naptr: AnswerCache<NaptrRecord>;
  readonly #srv: AnswerCache<SrvRecord>;
  readonly #addresses: AnswerCache<AddressRecord>;

  constructor({ resolver, clock, entries = 1000, underWay = 100 }: ResolverCacheOptions) {
    const common = { clock, entries, underWay };
    this.#resolver = resolver;
    // Some name servers never answer for NAPTR: a call must not wait six seconds for that each time, when SRV says nearly the same.
    this.#naptr = new AnswerCache({ ...common, lifetime: () => FIXED, failureMillis: FIXED });
    this.#srv = new AnswerCache({ ...common, lifetime: () => FIXED });
    this.#addresses = new AnswerCache({ ...common, lifetime: shortest });
  }

  /** Answers that are kept. */
  get size(): number {
    return this.#naptr.size + this.#srv.size + this.#addresses.size;
  }

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return this.#naptr.get(name.toLowerCase(), () => this.#resolver.naptr(name));
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#srv.get(name.toLowerCase(), () => this.#resolver.srv(name));
  }

  addresses(name: string, family: 4 | 6): Promise<readonly AddressRecord[]> {
    return this.#addresses.get(`${family} ${name.toLowerCase()}`, () => this.#resolver.addresses(name, family));
  }

  close(): void {
    this.#resolver.close?.();
  }
}

/** Milliseconds until the first of the addresses runs out. */
const shortest = (records: readonly AddressRecord[]): number =>
  Math.min(LONGEST, ...records.map(({ ttl }) => Math.max(0, ttl) * 1000));
