import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { Bug, type Clock, type Log, messageOf, type Timer } from '@parley/base';
import type { Via } from '../message/grammar.ts';
import type { Pace } from '../protection/pace.ts';
import { canonicalAddress } from './canonical-address.ts';
import type { CertificateIdentity } from './certificate-identity.ts';
import { Connection, type ConnectionBudgets, type ConnectionOwner } from './connection.ts';
import type { ConnectionCount, ConnectionRoom } from './connection-count.ts';
import { ConnectionRoute } from './connection-route.ts';
import { ConnectionTable } from './connection-table.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { LocalAddress } from './local-address.ts';
import type { Peer, TransportName } from './peer.ts';
import { PeerRefused } from './peer-refused.ts';
import type { RefusedPeers } from './refused-peers.ts';
import { StreamWire } from './stream-wire.ts';
import { faultOf, isTlsAlert } from './tls-faults.ts';
import type { TlsHandshakes } from './tls-handshakes.ts';
import type { Channel, Transport, TransportUser } from './transport.ts';
import type { WebSocketHandshakes } from './web-socket-handshakes.ts';
import { WebSocketWire } from './web-socket-wire.ts';

export interface ConnectionTransportOptions {
  readonly transport: TransportName;
  readonly address: string;
  readonly port: number;
  readonly clock: Clock;
  readonly local: LocalAddress;
  readonly user: TransportUser;
  readonly log: Log;
  readonly budgets: ConnectionBudgets;
  readonly count: ConnectionCount;
  readonly refused: RefusedPeers;
  readonly pace: Pace;
  readonly keepAlive: KeepAlive;
  /** For tls and wss. */
  readonly tls?: TlsHandshakes;
  /** For ws and wss. */
  readonly webSocket?: WebSocketHandshakes;
}

/** How often the connections' times are looked at, milliseconds: one timer for all of them. */
const SWEEP = 1000;

/** One listener for TCP, TLS, WebSocket or secure WebSocket, and the connections made through it, in either direction. */
export class ConnectionTransport implements Transport, ConnectionOwner {
  readonly bound: Peer;
  readonly #options: ConnectionTransportOptions;
  readonly #server: Server;
  readonly #table = new ConnectionTable();
  readonly #rooms = new Map<Connection, ConnectionRoom>();
  #sweeper: Timer | undefined;

  private constructor(server: Server, options: ConnectionTransportOptions) {
    this.#server = server;
    this.#options = options;
    const { transport, log } = options;
    const at = server.address();
    if (at === null || typeof at === 'string') throw new Bug('a TCP listener without a port');
    this.bound = { transport, address: at.address, port: at.port };
    server.on('connection', socket => this.#accepted(socket));
    server.on('error', error => log.warn('sip socket failed', { transport, reason: messageOf(error) }));
  }

  /** Rejects with the system's error when the port is taken. */
  static open(options: ConnectionTransportOptions): Promise<ConnectionTransport> {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      // Of one family only: an IPv6 socket that takes IPv4 would know peers by addresses that no list has.
      server.listen({ host: options.address, port: options.port, exclusive: true, ipv6Only: true }, () => {
        server.removeListener('error', reject);
        resolve(new ConnectionTransport(server, options));
      });
    });
  }

  get connections(): number {
    return this.#table.size;
  }

  to(peer: Peer): Channel {
    return new ConnectionRoute(this, peer);
  }

  flow(peer: Peer): Channel | undefined {
    return this.#table.flow(peer);
  }

  /** The open connection with that peer, or a new one; undefined when the budget does not allow it. */
  connectionTo(peer: Peer): Connection | undefined {
    const present = this.#table.find(peer);
    if (present) return present;
    const room = this.#options.count.take(peer);
    return room && this.#connect(peer, room);
  }

  localTowards(peer: Peer): Peer {
    return this.#options.local.towards(peer, this.bound);
  }

  /** A WebSocket client does not listen: only it can open another connection (RFC 7118 section 5.2.1). */
  reopen(peer: Peer): Channel | undefined {
    return this.#options.webSocket
      ? undefined
      : this.to(isIP(peer.name ?? '') === 0 ? peer : { ...peer, name: undefined });
  }

  stated(connection: Connection, top: Via): void {
    this.#table.alias(connection, top);
  }

  admitted(connection: Connection): void {
    this.#rooms.get(connection)?.keep();
  }

  ended(connection: Connection, error?: Error): void {
    this.#table.remove(connection);
    this.#rooms.get(connection)?.leave();
    this.#rooms.delete(connection);
    if (error) this.#tell(connection.peer, error);
    if (this.#table.size > 0) return;
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
  }

  async close(): Promise<void> {
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
    const closed = new Promise<void>(resolve => void this.#server.close(() => resolve()));
    for (const connection of this.#table) connection.closed();
    await closed;
  }

  #accepted(socket: Socket): void {
    const { transport, count, refused, tls } = this.#options;
    const { remoteAddress, remotePort: port } = socket;
    if (remoteAddress === undefined || port === undefined) return void socket.destroy();
    const peer = { transport, address: canonicalAddress(remoteAddress), port };
    const room = count.take(peer, () => connection.closed(GAVE_ROOM));
    if (!room) {
      socket.destroy();
      refused.tell(peer, NO_ROOM);
      return;
    }
    const connection = this.#adopt(socket, peer, { isOurs: false, room });
    if (!tls) {
      this.#upgrade(connection, socket);
      return;
    }
    tls.accept(socket, outcome => {
      if (outcome instanceof Error) connection.closed(outcome);
      else this.#upgrade(connection, outcome.socket, outcome.identity);
    });
  }

  #connect(peer: Peer, room: ConnectionRoom): Connection {
    const { address, tls } = this.#options;
    const ours = { isOurs: true, room };
    const localAddress = address === '0.0.0.0' || address === '::' || isIP(address) === 0 ? undefined : address;
    if (tls) {
      const socket = tls.connect(peer, localAddress, outcome => {
        if (outcome instanceof Error) connection.closed(outcome);
        else this.#upgrade(connection, outcome.socket, outcome.identity);
      });
      const connection = this.#adopt(socket, peer, ours);
      return connection;
    }
    const socket = connect({ host: peer.address, port: peer.port, localAddress });
    const connection = this.#adopt(socket, peer, ours);
    socket.once('connect', () => this.#upgrade(connection, socket));
    return connection;
  }

  /** The last step: what carries messages over the socket. */
  #upgrade(connection: Connection, socket: Socket, identity?: CertificateIdentity): void {
    const { webSocket, clock, budgets } = this.#options;
    if (!webSocket) {
      connection.ready(user => new StreamWire({ socket, user, clock, budgets: budgets.message }), identity);
      return;
    }
    const done = (outcome: Parameters<Parameters<WebSocketHandshakes['accept']>[1]>[0]) => {
      if (outcome instanceof Error) connection.closed(outcome);
      else connection.ready(user => new WebSocketWire({ web: outcome, socket, user }), identity);
    };
    if (connection.isOurs) webSocket.connect(socket, connection.peer, done);
    else webSocket.accept(socket, done);
  }

  #adopt(socket: Socket, peer: Peer, { isOurs, room }: { isOurs: boolean; room: ConnectionRoom }): Connection {
    const { clock, budgets, user, keepAlive, pace, webSocket } = this.#options;
    const pingMillis = webSocket ? keepAlive.webSocketMillis : isOurs ? keepAlive.streamMillis : 0;
    const connection = new Connection({ socket, peer, isOurs, clock, budgets, pingMillis, user, owner: this, pace });
    this.#table.add(connection);
    this.#rooms.set(connection, room);
    this.#sweeper ??= clock.after(SWEEP, () => this.#sweep());
    return connection;
  }

  #tell(peer: Peer, error: Error): void {
    const { transport, log, refused } = this.#options;
    if (error instanceof PeerRefused) refused.tell(peer, error);
    else if (isTlsAlert(error)) refused.tell(peer, new PeerRefused(faultOf(error)));
    else log.debug('sip connection broken', { transport, source: peer.address, reason: error.message });
  }

  #sweep(): void {
    this.#sweeper = undefined;
    const now = this.#options.clock.monotonic();
    for (const connection of this.#table) connection.sweep(now);
    if (this.#table.size > 0) this.#sweeper = this.#options.clock.after(SWEEP, () => this.#sweep());
  }
}

const NO_ROOM = new PeerRefused({
  reason: 'there is no room for another connection with it: it has too many, or all of them together have',
  change:
    'If it is one of yours, let it use one connection for many calls, or raise the budgets connections and connectionsPerSource; the option unlimited gives it room that strangers cannot take.',
});

const GAVE_ROOM = new PeerRefused({
  reason: 'nothing that came over this connection was let in, and others needed its room',
  change: 'If it is one of yours, let it ask for something soon after it connects, or raise the budget connections.',
});
