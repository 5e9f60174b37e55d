import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '@parley/base';
import { canonicalAddress, withoutZone } from './canonical-address.ts';
import type { Peer } from './peer.ts';

/** How long the machine's list of addresses is believed, milliseconds. */
const BELIEVED = 10_000;

interface Interface {
  readonly address: string;
  readonly internal: boolean;
  readonly covers: BlockList;
  readonly family: 'ipv4' | 'ipv6';
}

/** What we call ourselves towards a peer: the advertised name where it can be of use to him, the bound address, or for a wildcard bind the machine's address nearest to the peer. */
export class LocalAddress {
  readonly #advertise: { readonly host: string; readonly port?: number } | undefined;
  readonly #clock: Clock;
  readonly #ofMachine: typeof networkInterfaces;
  #interfaces: readonly Interface[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, advertise?: string, ofMachine = networkInterfaces) {
    this.#clock = clock;
    this.#advertise = advertise === undefined ? undefined : hostAndPort(advertise);
    this.#ofMachine = ofMachine;
  }

  /** The name of a listen point `bound`, as `peer` should write to it. */
  towards(peer: Peer, bound: Peer): Peer {
    if (this.#advertise && isOfFamily(this.#advertise.host, bound.address)) {
      const { host, port } = this.#advertise;
      return { transport: bound.transport, address: host, port: port ?? bound.port };
    }
    if (!isWildcard(bound.address)) return bound;
    return { transport: bound.transport, address: this.#nearest(peer.address) ?? bound.address, port: bound.port };
  }

  /** Whether an interface of this machine has the numeric address. False for names and for the unspecified address. */
  isOwn(address: string): boolean {
    const plain = canonicalAddress(withoutZone(address));
    return this.#all().some(one => one.address === plain);
  }

  /** Our own address in the network that `address` is in too; undefined when it is in none of ours. */
  besides(address: string): string | undefined {
    const family = familyOf(address);
    return this.#all().find(one => one.family === family && one.covers.check(withoutZone(address), family))?.address;
  }

  #nearest(address: string): string | undefined {
    const family = familyOf(address);
    const candidates = this.#all().filter(candidate => candidate.family === family);
    return this.besides(address) ?? (candidates.find(candidate => !candidate.internal) ?? candidates[0])?.address;
  }

  #all(): readonly Interface[] {
    const now = this.#clock.monotonic();
    if (now - this.#readAt < BELIEVED) return this.#interfaces;
    this.#readAt = now;
    this.#interfaces = Object.values(this.#ofMachine()).flatMap(list => (list ?? []).flatMap(described));
    return this.#interfaces;
  }
}

function described(one: { address: string; family: string; internal: boolean; cidr: string | null }): Interface[] {
  const family = one.family === 'IPv6' ? 'ipv6' : 'ipv4';
  const prefix = Number(one.cidr?.slice(one.cidr.indexOf('/') + 1));
  if (!Number.isInteger(prefix)) return [];
  const covers = new BlockList();
  covers.addSubnet(one.address, prefix, family);
  return [{ address: one.address, internal: one.internal, covers, family }];
}

/** Whether a name, or a numeric address of the family of `bound`: what is behind a NAT of IPv4 has its own address for peers of IPv6. */
const isOfFamily = (host: string, bound: string): boolean => isIP(host) === 0 || isIP(host) === isIP(bound);

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** "host", "host:port", "[2001:db8::1]:port". */
function hostAndPort(text: string): { readonly host: string; readonly port?: number } {
  const end = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  if (end <= 0) return { host: text };
  const host = text.slice(0, end).replace(/^\[|\]$/g, '');
  const port = Number(text.slice(end + 1));
  return text.length > end && Number.isInteger(port) && port > 0 ? { host, port } : { host };
}
