import { isIP } from 'node:net';
import { Bug, type Clock, type Log, ParleyError } from '@parley/base';
import { BucketTable } from '../protection/bucket-table.ts';
import { Pace } from '../protection/pace.ts';
import { cannotListen } from './cannot-listen.ts';
import { canonicalAddress } from './canonical-address.ts';
import type { ConnectionBudgets } from './connection.ts';
import { ConnectionCount, type ConnectionCountBudgets } from './connection-count.ts';
import { ConnectionTransport } from './connection-transport.ts';
import type { OpenDatagramSocket } from './datagram-socket.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { LocalAddress } from './local-address.ts';
import { isLoopback } from './loopback.ts';
import type { Peer } from './peer.ts';
import { RefusedPeers } from './refused-peers.ts';
import { TappedChannel, type TrafficHandler, tapped } from './tapped-channel.ts';
import { TlsHandshakes } from './tls-handshakes.ts';
import type { TlsOptions } from './tls-options.ts';
import type { Channel, Transport, TransportUser } from './transport.ts';
import { UdpTransport } from './udp-transport.ts';
import { hostPort } from './via.ts';
import { WebSocketHandshakes } from './web-socket-handshakes.ts';
import type { WebSocketOptions } from './web-socket-options.ts';

/** What the transports may cost. */
export interface TransportBudgets extends ConnectionBudgets, ConnectionCountBudgets {
  /** Messages in a second of all sources together that are not `unlimited`. */
  readonly strangersPerSecond: number;
}

export interface TransportLayerOptions {
  /** Port 0 = any free one. */
  readonly listen: readonly Peer[];
  readonly clock: Clock;
  readonly log: Log;
  readonly user: TransportUser;
  readonly local: LocalAddress;
  readonly budgets: TransportBudgets;
  /** Sources that the limits for strangers do not hold for. */
  readonly unlimited: (source: Peer) => boolean;
  readonly openDatagramSocket: OpenDatagramSocket;
  /** Needed to listen on tls and wss. */
  readonly tls?: TlsOptions;
  readonly webSocket?: WebSocketOptions;
  readonly keepAlive?: Partial<KeepAlive>;
  /** Hears every message, in and out; costs nothing when left out. */
  readonly onTraffic?: TrafficHandler;
}

/** Connections of peers who may not answer pings are left alone; those of browsers are kept open through what is between (RFC 7118 section 6). */
const KEEP_ALIVE: KeepAlive = { streamMillis: 0, webSocketMillis: 25_000 };

/** STUN keep-alives over UDP that one source gets answers to; a phone sends one in half a minute, and a thousand may share an address. */
const KEEP_ALIVES = { perSecond: 50, most: 10_000 };

/** Every listen point of a user agent. */
export class TransportLayer {
  readonly #options: TransportLayerOptions;
  readonly #count: ConnectionCount;
  readonly #refused: RefusedPeers;
  readonly #keepAlives: BucketTable;
  readonly #pace: Pace;
  #transports: readonly Transport[] = [];
  readonly #tls: { tls?: TlsHandshakes; wss?: TlsHandshakes } = {};

  constructor(options: TransportLayerOptions) {
    const { onTraffic, user } = options;
    this.#options = onTraffic ? { ...options, user: tapped(user, onTraffic) } : options;
    this.#count = new ConnectionCount({ ...options.budgets, unlimited: options.unlimited });
    this.#refused = new RefusedPeers(options.clock, options.log);
    const { strangersPerSecond } = options.budgets;
    this.#pace = new Pace({ ...options, strangersPerSecond });
    this.#keepAlives = new BucketTable({ ...KEEP_ALIVES, clock: options.clock });
  }

  /** Opens the listen points, or none of them. Throws SIP_PORT_IN_USE, SIP_CANNOT_LISTEN, SIP_TLS_INVALID or SIP_TLS_MISSING. */
  async listen(): Promise<readonly Peer[]> {
    if (this.#transports.length > 0) throw new Bug('it listens already');
    const opened: Transport[] = [];
    for (const point of this.#options.listen) {
      try {
        opened.push(await this.#open({ ...point, address: canonicalAddress(point.address) }));
      } catch (thrown) {
        await Promise.all(opened.map(transport => transport.close()));
        throw cannotListen(point, thrown);
      }
    }
    this.#transports = opened;
    return opened.map(transport => transport.bound);
  }

  /** A way to `peer` out of a listen point of its transport and address family; undefined when there is none, or its flow is gone. */
  to(peer: Peer): Channel | undefined {
    if (peer.flow) return this.flowTo(peer);
    const { transport, port, name } = peer;
    const address = canonicalAddress(peer.address);
    const family = isIP(address);
    const suited = this.#transports.filter(
      ({ bound }) => bound.transport === transport && isIP(bound.address) === family,
    );
    return this.#tapped(this.#nearest(suited, address)?.to({ transport, address, port, name }));
  }

  /**
   * The connection that is open with exactly that far end (what `Channel.peer` of an earlier request said), whoever opened it and
   * whatever it proved: the flow of RFC 5626. For UDP the way to that address. Undefined when it is gone.
   */
  flowTo(peer: Peer): Channel | undefined {
    for (const transport of this.#transports) {
      if (transport.bound.transport !== peer.transport) continue;
      if (isIP(transport.bound.address) !== isIP(peer.address)) continue;
      const flow = transport.flow(peer);
      if (flow) return this.#tapped(flow);
    }
    return undefined;
  }

  /** New connections follow these options, open ones stay as they are. Throws SIP_TLS_INVALID (and nothing changes), SIP_TLS_MISSING. */
  renewTls(options: TlsOptions): void {
    const { tls, wss } = this.#tls;
    if (!tls && !wss)
      throw new ParleyError('SIP_TLS_MISSING', 'There is no TLS to renew: SIP listens on neither tls nor wss.');
    tls?.renew(options);
    wss?.renew(forPages(options));
  }

  get connections(): number {
    return this.#count.size;
  }

  async close(): Promise<void> {
    const transports = this.#transports;
    this.#transports = [];
    await Promise.all(transports.map(transport => transport.close()));
  }

  /** Of several listen points the one in the peer's own network: he knows us by that address, and others may not get through to him. */
  #nearest(suited: readonly Transport[], address: string): Transport | undefined {
    if (suited.length < 2) return suited[0];
    const ours = this.#options.local.besides(address);
    const beside = suited.find(({ bound }) => bound.address === ours);
    const near = beside ?? suited.find(({ bound }) => isLoopback(bound.address) === isLoopback(address));
    return near ?? suited[0];
  }

  #tapped(channel: Channel | undefined): Channel | undefined {
    const { onTraffic } = this.#options;
    return channel && onTraffic ? new TappedChannel(channel, onTraffic) : channel;
  }

  #open(point: Peer): Promise<Transport> {
    const { clock, log, user, local, budgets, openDatagramSocket: open, webSocket } = this.#options;
    const { transport, address, port } = point;
    if (transport === 'udp') {
      const [keepAlives, pace] = [this.#keepAlives, this.#pace];
      return UdpTransport.open({ address, port, local, user, log, budgets, open, keepAlives, pace });
    }
    const isWeb = transport === 'ws' || transport === 'wss';
    return ConnectionTransport.open({
      transport,
      address,
      port,
      clock,
      local,
      user,
      log,
      budgets,
      count: this.#count,
      refused: this.#refused,
      pace: this.#pace,
      keepAlive: { ...KEEP_ALIVE, ...this.#options.keepAlive },
      tls: transport === 'tls' || transport === 'wss' ? this.#tlsFor(transport, point) : undefined,
      webSocket: isWeb ? new WebSocketHandshakes({ ...webSocket, maxMessage: budgets.message.maxMessage }) : undefined,
    });
  }

  /** One set of certificates for every listen point of a transport. */
  #tlsFor(transport: 'tls' | 'wss', point: Peer): TlsHandshakes {
    const { tls, log } = this.#options;
    if (!tls)
      throw new ParleyError(
        'SIP_TLS_MISSING',
        `SIP cannot listen on ${point.transport.toUpperCase()} ${hostPort(point)}: no certificate is set. Give it one with its key.`,
      );
    this.#tls[transport] ??= new TlsHandshakes(transport === 'wss' ? forPages(tls) : tls, log);
    return this.#tls[transport];
  }
}

/** A browser that is merely asked for a certificate breaks off, or puzzles its user: on wss only who must have one asks. */
function forPages(tls: TlsOptions): TlsOptions {
  return tls.clientCertificates === 'requested' ? { ...tls, clientCertificates: 'none' } : tls;
}
