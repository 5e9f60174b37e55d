import { isIP } from 'node:net';
import { type Clock, messageOf, ParleyError, type Timer } from '@parley/base';
import type { Uri } from '../message/grammar.ts';
import type { Peer, TransportName } from '../transport/peer.ts';
import { defaultPort } from '../transport/via.ts';
import { Avoided } from './avoided.ts';
import type { Resolver, SrvRecord } from './resolver.ts';
import {
  type Beginning,
  beginningOf,
  guessedServices,
  isHostName,
  namedServices,
  peerAt,
  plainTransport,
  type Service,
  type Target,
} from './services.ts';
import { srvOrder } from './srv-order.ts';

/** At least one target, in the order to try them, or why there is none. */
export type Located = readonly Target[] | Error;

/** What the location of servers (RFC 3263) needs. */
export interface LocatorOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Numbers in [0, 1), for the weights of SRV records. */
  readonly random: () => number;
  /** Whether we can send by that transport to that family of addresses at all. */
  readonly supports: (transport: TransportName, family: 4 | 6) => boolean;
  /** How long a look-up may take in all, milliseconds; 10,000 when left out. */
  readonly patienceMillis?: number;
}

/** An SRV record and the transport it was asked for. */
interface Offer extends SrvRecord {
  readonly transport: TransportName;
}

interface Host {
  readonly host: string;
  readonly port: number;
  readonly transport: TransportName;
}

const PATIENCE = 10_000;
/** What one look-up may cost, whatever the records say. */
const MOST_SERVICES = 8;
const MOST_HOSTS = 8;
const MOST_ADDRESSES = 8;
const MOST_TARGETS = 16;
/** How long a server that failed goes last, milliseconds; and the longest that its own Retry-After can make that. */
const AVOIDED = 60_000;
const LONGEST_AVOIDED = 3_600_000;

/** Finds the servers of a URI by NAPTR, SRV and address records, and remembers which of them failed (RFC 3263 section 4). */
export class Locator {
  readonly #options: LocatorOptions;
  readonly #avoided: Avoided;

  constructor(options: LocatorOptions) {
    this.#options = options;
    this.#avoided = new Avoided(options.clock);
  }

  /** Calls `found` once: at once for a literal address, later for a name, at the latest when patience is over. */
  find(uri: Uri, found: (located: Located) => void): void {
    const beginning = beginningOf(uri);
    const { start } = beginning;
    if (start.kind === 'nowhere') found(new ParleyError('SIP_CANNOT_LOCATE', start.why));
    else if (start.kind === 'literal') found([start.target]);
    else this.#search(beginning, found);
  }

  /** It did not answer, refused, or said 503: others go first for `retryAfterSeconds`, a minute when left out. */
  failed(peer: Peer, retryAfterSeconds?: number): void {
    const millis = retryAfterSeconds === undefined ? AVOIDED : retryAfterSeconds * 1000;
    this.#avoided.add(peer, Math.min(millis, LONGEST_AVOIDED));
  }

  /** It answered. */
  worked(peer: Peer): void {
    this.#avoided.remove(peer);
  }

  /** Whether it failed a moment ago. */
  avoids(peer: Peer): boolean {
    return this.#avoided.has(peer);
  }

  #search(beginning: Beginning, found: (located: Located) => void): void {
    let timer: Timer | undefined;
    const once = (located: Located) => {
      if (!timer) return;
      timer.cancel();
      timer = undefined;
      found(located);
    };
    timer = this.#options.clock.after(this.#options.patienceMillis ?? PATIENCE, () =>
      once(new ParleyError('SIP_CANNOT_LOCATE', `The DNS did not answer for ${beginning.domain} in time.`)),
    );
    this.#targets(beginning).then(
      targets => once(targets.length > 0 ? targets : nothingFound(beginning)),
      (thrown: unknown) => once(thrown instanceof Error ? thrown : new Error(messageOf(thrown))),
    );
  }

  async #targets(beginning: Beginning): Promise<readonly Target[]> {
    const hosts = (await this.#hosts(beginning)).filter(({ transport }) => this.#isPossible(transport));
    const found = await anyOf(hosts.slice(0, MOST_HOSTS).map(host => this.#addresses(host)));
    const all = found.flat().map(peer => ({ peer: peerAt(peer, beginning.domain), demanded: beginning.demanded }));
    const good = all.filter(({ peer }) => !this.avoids(peer));
    const bad = all.filter(({ peer }) => this.avoids(peer));
    return [...good, ...bad].slice(0, MOST_TARGETS);
  }

  async #hosts({ start, isSecure }: Beginning): Promise<readonly Host[]> {
    if (start.kind === 'host') return [start];
    if (start.kind !== 'services') return [];
    const { domain } = start;
    const offers = await this.#offers(await this.#services(domain, isSecure, start.transport));
    if (offers.some(records => records.length > 0)) return offers.flatMap(records => this.#hostsOf(records));
    // RFC 3263 section 4.2: no SRV records at all, so the name itself is the host.
    const transport = start.transport ?? plainTransport(isSecure);
    return [{ host: domain, port: defaultPort(transport), transport }];
  }

  /** A name server that fails for NAPTR alone is common, and SRV says nearly the same. */
  async #services(domain: string, isSecure: boolean, transport?: TransportName): Promise<readonly Service[]> {
    if (transport) return guessedServices(domain, isSecure, transport);
    const records = await this.#options.resolver.naptr(domain).catch(() => []);
    const named = namedServices(records, isSecure).filter(service => this.#isPossible(service.transport));
    return named.length > 0 ? named.slice(0, MOST_SERVICES) : guessedServices(domain, isSecure);
  }

  /** The SRV records of every service. */
  #offers(services: readonly Service[]): Promise<readonly (readonly Offer[])[]> {
    const possible = services.filter(({ transport }) => this.#isPossible(transport));
    return anyOf(
      possible.map(async ({ transport, name }) => {
        const records = await this.#options.resolver.srv(name);
        return records.map(record => ({ ...record, transport }));
      }),
    );
  }

  #hostsOf(offers: readonly Offer[]): readonly Host[] {
    const usable = offers.filter(({ name }) => isHostName(name));
    return srvOrder(usable, this.#options.random).map(({ name, port, transport }) => ({ host: name, port, transport }));
  }

  /** IPv6 before IPv4 where both are spoken (RFC 7984 section 3, RFC 6724): a family that does not get through is avoided next time. */
  async #addresses({ host, port, transport }: Host): Promise<readonly Peer[]> {
    if (isIP(host) !== 0) return [{ transport, address: host, port }];
    const families = ([6, 4] as const).filter(family => this.#options.supports(transport, family));
    const found = await anyOf(
      families.map(async family => {
        const records = await this.#options.resolver.addresses(host, family);
        const usable = records.filter(({ address }) => isIP(address) === family).slice(0, MOST_ADDRESSES);
        return usable.map(({ address }): Peer => ({ transport, address, port }));
      }),
    );
    return found.flat();
  }

  #isPossible(transport: TransportName): boolean {
    return this.#options.supports(transport, 4) || this.#options.supports(transport, 6);
  }
}

function nothingFound({ domain, isSecure }: Beginning): Error {
  const by = isSecure ? ' by TLS' : '';
  const text = `Nothing was found for ${domain} that can be reached${by}: it has no SRV or address records that fit a listen point here.`;
  return new ParleyError('SIP_CANNOT_LOCATE', text);
}

/** What was found; when that is nothing, and one question had no answer, then its failure: it may have been the one that matters. */
async function anyOf<T>(asked: readonly Promise<readonly T[]>[]): Promise<readonly (readonly T[])[]> {
  const settled = await Promise.allSettled(asked);
  const found = settled.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []));
  const failure = settled.find(answer => answer.status === 'rejected');
  if (failure && found.every(records => records.length === 0)) throw failure.reason;
  return found;
}
