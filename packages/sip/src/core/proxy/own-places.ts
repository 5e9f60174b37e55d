import type { Uri } from '../../message/grammar.ts';
import { canonicalAddress } from '../../transport/canonical-address.ts';
import type { LocalAddress } from '../../transport/local-address.ts';
import type { Peer } from '../../transport/peer.ts';
import { defaultPort } from '../../transport/via.ts';

interface Place {
  readonly bound: Peer;
  /** What others call it; the same as `bound` without another name. */
  readonly told: Peer;
}

/** What a URI must say to mean this proxy. */
export class OwnPlaces {
  readonly #local: LocalAddress;
  readonly #names: ReadonlySet<string>;
  #places: readonly Place[] = [];

  constructor(local: LocalAddress, names: readonly string[]) {
    this.#local = local;
    this.#names = new Set(names.map(name => name.toLowerCase()));
  }

  /** The listen points are open. */
  opened(points: readonly Peer[]): void {
    this.#places = points.map(bound => ({ bound, told: this.#local.towards(bound, bound) }));
  }

  /** Whether a URI names one of our listen points, or us by a name without a port. Whose user it is does not matter. */
  isOwn(uri: Uri): boolean {
    if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return false;
    const host = canonicalAddress(uri.host);
    const isNamed = this.#names.has(host);
    if (isNamed && uri.port === undefined) return true;
    const transport = uri.parameters.get('transport')?.toLowerCase();
    return this.#places.some(
      place => this.#hasPort(place, uri.port, transport) && (isNamed || this.#isAt(place, host)),
    );
  }

  /** Without transport any that listens at that port will do: RFC 3263 may have led there by NAPTR. */
  #hasPort({ bound, told }: Place, port: number | undefined, transport: string | undefined): boolean {
    if (transport !== undefined && transport !== bound.transport && !isWebSecure(transport, bound)) return false;
    const meant = port ?? defaultPort(bound.transport);
    return meant === bound.port || meant === told.port;
  }

  #isAt({ bound, told }: Place, host: string): boolean {
    if (host === bound.address || host === canonicalAddress(told.address)) return true;
    return isWildcard(bound.address) && this.#local.isOwn(host);
  }
}

/** A sips URI says "ws" for secure WebSockets (RFC 7118 section 5.2.2), and "tcp" for TLS (RFC 3261 section 26.2.2). */
const isWebSecure = (transport: string, { transport: own }: Peer): boolean =>
  (transport === 'ws' && own === 'wss') || (transport === 'tcp' && own === 'tls');

const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::';
