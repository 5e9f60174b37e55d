import { createServer, isIP, connect as openConnection, type Server, type Socket } from 'node:net';
import { Bug, type Clock, type Log, messageOf, type Timer } from '@parley/base';
import type { LocalAddress } from './local-address.ts';
import type { Peer } from './peer.ts';
import { type ConnectionBudgets, TcpConnection } from './tcp-connection.ts';
import type { Channel, Sent, Transport, TransportUser } from './transport.ts';
import { hostPort } from './via.ts';

export interface TcpBudgets extends ConnectionBudgets {
  /** Connections at once. */
  readonly connections: number;
  /** Connections at once with one address. */
  readonly connectionsPerSource: number;
}

export interface TcpOptions {
  readonly address: string;
  readonly port: number;
  readonly clock: Clock;
  readonly local: LocalAddress;
  readonly user: TransportUser;
  readonly log: Log;
  readonly budgets: TcpBudgets;
}

/** How often the connections' times are looked at, milliseconds: one timer for all of them. */
const SWEEP = 1000;

/** One TCP listener and the connections made through it, in either direction. */
export class TcpTransport implements Transport {
  readonly bound: Peer;
  readonly #options: TcpOptions;
  readonly #server: Server;
  readonly #all = new Set<TcpConnection>();
  readonly #aliases = new Map<TcpConnection, string>();
  readonly #byPeer = new Map<string, TcpConnection>();
  readonly #perSource = new Map<string, number>();
  #sweeper: Timer | undefined;

  private constructor(server: Server, options: TcpOptions) {
    this.#server = server;
    this.#options = options;
    const at = server.address();
    if (at === null || typeof at === 'string') throw new Bug('a TCP listener without a port');
    this.bound = { transport: 'tcp', address: at.address, port: at.port };
    server.on('connection', socket => this.#accepted(socket));
    server.on('error', error => options.log.warn('sip socket failed', { transport: 'tcp', reason: messageOf(error) }));
  }

  /** Rejects with the system's error when the port is taken. */
  static open(options: TcpOptions): Promise<TcpTransport> {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen({ host: options.address, port: options.port, exclusive: true }, () => {
        server.removeListener('error', reject);
        resolve(new TcpTransport(server, options));
      });
    });
  }

  get connections(): number {
    return this.#all.size;
  }

  to(peer: Peer): Channel {
    return new TcpRoute(this, peer);
  }

  /** The open connection with that peer, or a new one; undefined when the budget does not allow it. */
  connectionTo(peer: Peer): TcpConnection | undefined {
    const present = this.#byPeer.get(hostPort(peer));
    if (present) return present;
    if (this.#overBudget(peer)) return undefined;
    const local = this.#options.address;
    const from = local === '0.0.0.0' || local === '::' || isIP(local) === 0 ? undefined : local;
    return this.#adopt(openConnection({ host: peer.address, port: peer.port, localAddress: from }), peer);
  }

  localTowards(peer: Peer): Peer {
    return this.#options.local.towards(peer, this.bound);
  }

  async close(): Promise<void> {
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
    const closed = new Promise<void>(resolve => void this.#server.close(() => resolve()));
    for (const connection of [...this.#all]) connection.destroy();
    await closed;
  }

  #accepted(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    if (address === undefined || port === undefined) return void socket.destroy();
    const peer: Peer = { transport: 'tcp', address, port };
    if (!this.#overBudget(peer)) return void this.#adopt(socket, peer);
    socket.destroy();
    this.#options.log.warn('sip connection refused', { source: address, connections: this.#all.size });
  }

  #overBudget(peer: Peer): boolean {
    const { connections, connectionsPerSource } = this.#options.budgets;
    return this.#all.size >= connections || (this.#perSource.get(peer.address) ?? 0) >= connectionsPerSource;
  }

  #adopt(socket: Socket, peer: Peer): TcpConnection {
    const { clock, budgets, user } = this.#options;
    const key = hostPort(peer);
    const connection: TcpConnection = new TcpConnection({
      socket,
      peer,
      clock,
      budgets,
      user,
      localTowards: towards => this.localTowards(towards),
      reopen: to => this.to(to),
      listensAt: port => this.#alias(connection, hostPort({ ...peer, port })),
      closed: () => this.#forget(connection),
    });
    this.#all.add(connection);
    this.#byPeer.set(key, connection);
    this.#perSource.set(peer.address, (this.#perSource.get(peer.address) ?? 0) + 1);
    this.#sweeper ??= clock.after(SWEEP, () => this.#sweep());
    return connection;
  }

  /**
   * Requests to where the peer listens go over the connection that it opened itself (what RFC 5923 calls an alias): it may not be
   * possible to open one. Only for its own address, only while no other connection has that name, and not for ever more names.
   */
  #alias(connection: TcpConnection, key: string): void {
    if (this.#byPeer.has(key) || this.#aliases.has(connection)) return;
    this.#byPeer.set(key, connection);
    this.#aliases.set(connection, key);
  }

  #forget(connection: TcpConnection): void {
    this.#all.delete(connection);
    for (const key of [hostPort(connection.peer), this.#aliases.get(connection)])
      if (key !== undefined && this.#byPeer.get(key) === connection) this.#byPeer.delete(key);
    this.#aliases.delete(connection);
    const { address } = connection.peer;
    const left = (this.#perSource.get(address) ?? 1) - 1;
    if (left > 0) this.#perSource.set(address, left);
    else this.#perSource.delete(address);
    if (this.#all.size > 0) return;
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
  }

  #sweep(): void {
    this.#sweeper = undefined;
    const now = this.#options.clock.monotonic();
    for (const connection of [...this.#all]) connection.sweep(now);
    if (this.#all.size > 0) this.#sweeper = this.#options.clock.after(SWEEP, () => this.#sweep());
  }
}

/** A way to a peer by whatever connection there is when something is sent. */
class TcpRoute implements Channel {
  readonly peer: Peer;
  readonly reliable = true;
  readonly #transport: TcpTransport;

  constructor(transport: TcpTransport, peer: Peer) {
    this.#transport = transport;
    this.peer = peer;
  }

  get local(): Peer {
    return this.#transport.localTowards(this.peer);
  }

  send(bytes: Uint8Array, sent: Sent): void {
    const connection = this.#transport.connectionTo(this.peer);
    if (connection) connection.send(bytes, sent);
    else sent(new Error('too many connections'));
  }

  replyPath(): Channel {
    return this;
  }
}
