import type { Socket } from 'node:net';
import type { Clock } from '@parley/base';
import type { Via } from '../message/grammar.ts';
import type { SipBudgets } from '../message/index.ts';
import type { Pace } from '../protection/pace.ts';
import { type CertificateIdentity, proves } from './certificate-identity.ts';
import { ConnectionReply } from './connection-reply.ts';
import type { Peer } from './peer.ts';
import { receive } from './receive.ts';
import type { Channel, Sent, TransportUser } from './transport.ts';
import { defaultPort } from './via.ts';
import type { Wire, WireUser } from './wire.ts';

/** What one connection may cost. */
export interface ConnectionBudgets {
  readonly message: SipBudgets;
  /** Bytes that wait for a peer who does not read, or for the end of a handshake. */
  readonly backlogBytes: number;
  /** Time without any traffic, milliseconds; for calls to keep their connection more than a session lasts without a refresh. */
  readonly idleMillis: number;
  /** From the first byte of a message to its last, milliseconds (a drip of bytes keeps nobody's connection). */
  readonly messageMillis: number;
  /** From opening to the first whole message, handshakes included, milliseconds; also the longest time to connect. */
  readonly firstMillis: number;
}

/** The transport, as one of its connections sees it. */
export interface ConnectionOwner {
  localTowards(peer: Peer): Peer;
  /** A way to the same host when this connection is gone; undefined when there can be none. */
  reopen(peer: Peer): Channel | undefined;
  /** The peer has sent a request with this Via: it may listen where that says. */
  stated(connection: Connection, top: Via): void;
  /** A request that came over it was let in. */
  admitted(connection: Connection): void;
  /** It is over, with the error when one ended it. */
  ended(connection: Connection, error?: Error): void;
}

export interface ConnectionOptions {
  /** The lowest socket: what closing the connection closes. */
  readonly socket: Socket;
  readonly peer: Peer;
  /** Whether we opened it. */
  readonly isOurs: boolean;
  readonly clock: Clock;
  readonly budgets: ConnectionBudgets;
  /** How often the peer is asked for a sign of life, milliseconds; 0 = never. */
  readonly pingMillis: number;
  readonly user: TransportUser;
  readonly owner: ConnectionOwner;
  readonly pace: Pace;
}

const LINGER_MILLIS = 1000;
/** Octets that wait for somebody who does not read, while nothing of him was let in: his refusals, of which nobody else has anything. */
const STRANGERS_BACKLOG = 1 << 16;
/**
 * When nothing is said for so long the system asks for a sign of life of the peer's system: that keeps the way through firewalls and NATs
 * open during a call, whose SIP is silent for many minutes, and ends what leads nowhere any more. Every peer answers, unlike to CRLF pings.
 */
const PROBE_MILLIS = 60_000;
/** RFC 5626 section 4.4.1: no pong after 10 s, and the flow is dead. */
const PONG_MILLIS = 10_000;

/** One connection from its first packet on: waits for its handshakes, then carries messages both ways (RFC 3261 section 18). */
export class Connection implements Channel, WireUser {
  readonly reliable = true;
  readonly isOurs: boolean;
  readonly #options: ConnectionOptions;
  readonly #opened: number;
  #peer: Peer;
  #identity: CertificateIdentity | undefined;
  #wire: Wire | undefined;
  /** What is to be sent as soon as there is a wire. */
  #waiting: { readonly bytes: Uint8Array; readonly sent: Sent }[] = [];
  /**
   * Who has sent something before the peer of a connection of ours has said anything. Until then it may not be there for us: a server
   * of TLS 1.3 refuses our certificate after the handshake is over, a proxy in between closes what it cannot carry on.
   */
  #unheard: Sent[] | undefined;
  #lastTraffic: number;
  #pinged: number | undefined;
  #lastPing: number;
  #said = false;
  #isAdmitted = false;
  #open = true;
  #closing: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#peer = options.peer;
    this.isOurs = options.isOurs;
    this.#unheard = options.isOurs ? [] : undefined;
    this.#opened = options.clock.monotonic();
    this.#lastTraffic = this.#opened;
    this.#lastPing = this.#opened;
    options.socket.setKeepAlive(true, PROBE_MILLIS);
    options.socket.on('error', error => this.closed(error));
    options.socket.on('close', () => this.closed());
  }

  get peer(): Peer {
    return this.#peer;
  }

  get local(): Peer {
    return this.#options.owner.localTowards(this.#peer);
  }

  /** Whether it carries messages. Not any more when its framing is lost, though its last answer may still be on the way. */
  get listening(): boolean {
    return this.#open && this.#closing === undefined;
  }

  /** Whether the peer's certificate speaks for a name. While our handshake is under way, whether it will have to. */
  isProven(name: string): boolean {
    if (this.#identity) return proves(this.#identity, name);
    return this.isOurs && this.#wire === undefined && (this.#peer.name ?? this.#peer.address) === name;
  }

  /** The handshakes are over: what waited is sent. `identity` is what the peer's certificate proved, when it showed one. */
  ready(wireTo: (user: WireUser) => Wire, identity?: CertificateIdentity): void {
    const { domains } = identity ?? {};
    this.#peer = domains ? { ...this.#peer, certified: domains } : this.#peer;
    this.#identity = identity;
    const wire = wireTo(this);
    if (!this.#open) {
      wire.destroy();
      return;
    }
    this.#wire = wire;
    this.#lastTraffic = this.#options.clock.monotonic();
    // Of a connection that we opened only the opening itself must be quick: the answers take their time.
    if (this.isOurs) this.#said = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { bytes, sent } of waiting) wire.send(bytes, sent);
  }

  send(bytes: Uint8Array, sent: Sent): void {
    const wire = this.#wire;
    if (!this.listening) {
      sent(new Error('the connection is closed'));
      return;
    }
    if (this.#backlog + bytes.length > this.#mostWaiting) {
      this.closed();
      sent(new Error(`the peer does not read: more than ${this.#mostWaiting} bytes are waiting`));
      return;
    }
    this.#lastTraffic = this.#options.clock.monotonic();
    const told = this.#toldOnceHeard(sent);
    if (wire) wire.send(bytes, told);
    else this.#waiting.push({ bytes, sent: told });
  }

  replyPath(top: Via): Channel {
    const { owner } = this.#options;
    owner.stated(this, top);
    const { transport, address } = this.#peer;
    const sentBy = { transport, address, port: top.port ?? defaultPort(transport), name: top.host };
    return new ConnectionReply(this, () => owner.reopen(sentBy));
  }

  admitted(): void {
    this.#isAdmitted = true;
    this.#options.owner.admitted(this);
  }

  /** Closes the connection when one of its times is over at `now` (monotonic), and pings the peer when that is due. */
  sweep(now: number): void {
    if (this.#isLate(now)) {
      this.closed(this.#wire ? undefined : new Error('no connection, or no end of its handshakes, in time'));
      return;
    }
    const { pingMillis } = this.#options;
    if (pingMillis === 0 || !this.#wire || now - this.#lastPing < pingMillis) return;
    this.#lastPing = now;
    this.#pinged ??= now;
    this.#wire.ping();
  }

  /** Whom we have connected to is no stranger. */
  isTurn(goOn: () => void): boolean {
    return this.isOurs || this.#options.pace.isTurnOf(this.#peer, () => this.listening && goOn());
  }

  heard(): void {
    this.#lastTraffic = this.#options.clock.monotonic();
    this.#pinged = undefined;
    if (this.#unheard) this.#settle();
  }

  received(message?: Uint8Array): void {
    this.#said = true;
    if (!message) return;
    const { user, budgets } = this.#options;
    receive(message, this, {
      transport: isWebSocket(this.#peer) ? 'datagram' : 'stream',
      user,
      budgets: budgets.message,
    });
  }

  /** Where the next message begins is unknown from here on, so the connection ends with the answer. */
  lost(thrown: unknown, bytes: Uint8Array): void {
    this.#options.user.malformed(thrown, this, bytes);
    this.#closing = this.#lastTraffic;
    this.#wire?.end();
  }

  /** Ends it, or hears that it has ended. */
  closed(error?: Error): void {
    if (!this.#open) return;
    this.#open = false;
    this.#wire?.destroy();
    this.#options.socket.destroy();
    this.#options.owner.ended(this, error);
    const waiting = this.#waiting;
    this.#waiting = [];
    const failure = error ?? new Error('the connection is closed');
    for (const { sent } of waiting) sent(failure);
    this.#settle(failure);
  }

  #toldOnceHeard(sent: Sent): Sent {
    if (!this.#unheard) return sent;
    let isTold = false;
    const once: Sent = error => {
      if (!isTold) sent(error);
      isTold = true;
    };
    this.#unheard.push(once);
    return error => {
      if (error) once(error);
    };
  }

  #settle(error?: Error): void {
    const unheard = this.#unheard ?? [];
    this.#unheard = undefined;
    for (const sent of unheard) sent(error);
  }

  get #mostWaiting(): number {
    const { backlogBytes } = this.#options.budgets;
    return this.isOurs || this.#isAdmitted ? backlogBytes : Math.min(backlogBytes, STRANGERS_BACKLOG);
  }

  get #backlog(): number {
    if (this.#wire) return this.#wire.backlog;
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  #isLate(now: number): boolean {
    const { budgets } = this.#options;
    const began = this.#wire?.incompleteSince(now);
    return (
      now - this.#lastTraffic > budgets.idleMillis ||
      (!this.#said && now - this.#opened > budgets.firstMillis) ||
      (began !== undefined && now - began > budgets.messageMillis) ||
      (this.#pinged !== undefined && now - this.#pinged > PONG_MILLIS) ||
      (this.#closing !== undefined && now - this.#closing > LINGER_MILLIS)
    );
  }
}

/** A WebSocket frame is whole as a datagram is (RFC 7118 section 5.1): it needs no Content-Length. */
const isWebSocket = ({ transport }: Peer): boolean => transport === 'ws' || transport === 'wss';
