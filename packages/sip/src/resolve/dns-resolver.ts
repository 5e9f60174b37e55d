import { Resolver as NodeResolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Clock, codeOf, messageOf, ParleyError } from '@parley/base';
import { HostsFile } from './hosts-file.ts';
import type { AddressRecord, NaptrRecord, Resolver, SrvRecord } from './resolver.ts';

/** How the DNS is asked. Servers that are no addresses throw `ParleyError` SIP_DNS_SERVER_INVALID. */
export interface DnsResolverOptions {
  readonly clock: Clock;
  /** Name servers, "192.0.2.53", "192.0.2.53:5353" or "[2001:db8::53]:53"; those of the machine when left out. */
  readonly servers?: readonly string[];
  /** How long one try with one server may take, milliseconds; 2,000 when left out. */
  readonly timeoutMillis?: number;
  /** Tries with each server; 2 when left out. */
  readonly tries?: number;
  /** The table of hosts; /etc/hosts when left out. */
  readonly hosts?: HostsFile;
}

/** Answers that say "there is none", and not "I cannot tell": EFORMERR and ENOTIMP are how old servers meet NAPTR. */
const NONE = new Set(['ENOTFOUND', 'ENODATA', 'ENOTIMP', 'EFORMERR', 'ENONAME']);
/** Seconds that an entry of the table of hosts is believed. */
const HOSTS_TTL = 10;

/**
 * The DNS through Node's own resolver, which asks on the event loop (the system's `getaddrinfo` would keep one of the few threads
 * that disk writes need). Names are asked as they are: the search list of resolv.conf is not applied.
 */
export class DnsResolver implements Resolver {
  readonly #options: DnsResolverOptions;
  readonly #hosts: HostsFile;
  #node: NodeResolver | undefined;

  /** Throws `ParleyError` SIP_DNS_SERVER_INVALID when a server cannot be read. */
  constructor(options: DnsResolverOptions) {
    this.#options = options;
    this.#hosts = options.hosts ?? new HostsFile(options.clock);
    if (options.servers) this.#node = opened(options);
  }

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return answered(name, this.#resolver().resolveNaptr(name));
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return answered(name, this.#resolver().resolveSrv(name));
  }

  async addresses(name: string, family: 4 | 6): Promise<readonly AddressRecord[]> {
    const local = await this.#hosts.addresses(name.toLowerCase());
    if (local) return local.filter(one => isIP(one) === family).map(address => ({ address, ttl: HOSTS_TTL }));
    const resolver = this.#resolver();
    const asked = family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true });
    return answered(name, asked);
  }

  close(): void {
    this.#node?.cancel();
  }

  /** Opened at the first question: most user agents only ever see literal addresses. */
  #resolver(): NodeResolver {
    this.#node ??= opened(this.#options);
    return this.#node;
  }
}

function opened({ servers, timeoutMillis = 2000, tries = 2 }: DnsResolverOptions): NodeResolver {
  const resolver = new NodeResolver({ timeout: timeoutMillis, tries });
  if (!servers) return resolver;
  try {
    resolver.setServers(servers);
  } catch (thrown) {
    const what = `"${servers.join('", "')}" cannot be used as name servers: write numeric addresses, "192.0.2.53" or "[2001:db8::53]:53"`;
    throw new ParleyError('SIP_DNS_SERVER_INVALID', `${what} (${messageOf(thrown)}).`, { cause: thrown });
  }
  return resolver;
}

async function answered<T>(name: string, asked: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asked;
  } catch (thrown) {
    const code = codeOf(thrown) ?? 'no code';
    if (NONE.has(code)) return [];
    throw new ParleyError('SIP_DNS_FAILED', `The DNS did not answer for ${name} (${code}).`, { cause: thrown });
  }
}
