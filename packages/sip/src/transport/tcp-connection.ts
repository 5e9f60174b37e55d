import type { Socket } from 'node:net';
import type { Clock } from '@parley/base';
import type { Via } from '../message/grammar.ts';
import { type SipBudgets, StreamFramer } from '../message/index.ts';
import type { Peer } from './peer.ts';
import { receive } from './receive.ts';
import type { Channel, Sent, TransportUser } from './transport.ts';
import { DEFAULT_PORT } from './via.ts';

/** What one connection may cost. */
export interface ConnectionBudgets {
  readonly message: SipBudgets;
  /** Bytes that wait for a peer who does not read. */
  readonly backlogBytes: number;
  /** Time without any traffic, milliseconds. */
  readonly idleMillis: number;
  /** From the first byte of a message to its last, milliseconds (a drip of bytes keeps nobody's connection). */
  readonly messageMillis: number;
  /** From opening to the first whole message, milliseconds; also the longest time to connect. */
  readonly firstMillis: number;
}

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly peer: Peer;
  readonly clock: Clock;
  readonly budgets: ConnectionBudgets;
  readonly user: TransportUser;
  readonly localTowards: (peer: Peer) => Peer;
  /** A way to the same host when this connection is gone. */
  readonly reopen: (peer: Peer) => Channel;
  /** The peer says that it listens at this port of its own address. */
  readonly listensAt: (port: number) => void;
  readonly closed: () => void;
}

const PONG = Buffer.from('\r\n');
const LINGER_MILLIS = 1000;

/** One TCP connection: frames what arrives, and is a way back for answers and for requests (RFC 3261 section 18). */
export class TcpConnection implements Channel {
  readonly peer: Peer;
  readonly reliable = true;
  readonly #options: ConnectionOptions;
  readonly #framer: StreamFramer;
  readonly #opened: number;
  #lastTraffic: number;
  #messageBegan: number | undefined;
  #heard = false;
  #open = true;
  #closing: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.peer = options.peer;
    this.#framer = new StreamFramer(options.budgets.message);
    this.#opened = options.clock.monotonic();
    this.#lastTraffic = this.#opened;
    const { socket } = options;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('error', error => this.#end(error));
    socket.on('close', () => this.#end());
    // Of a connection that we opened only the opening itself must be quick: the answers take their time.
    if (socket.connecting) {
      socket.once('connect', () => {
        this.#heard = true;
      });
    }
  }

  get open(): boolean {
    return this.#open;
  }

  get local(): Peer {
    return this.#options.localTowards(this.peer);
  }

  send(bytes: Uint8Array, sent: Sent): void {
    const { socket, budgets } = this.#options;
    if (!this.#open || this.#closing !== undefined) {
      sent(new Error('the connection is closed'));
      return;
    }
    if (socket.writableLength + bytes.length > budgets.backlogBytes) {
      this.destroy();
      sent(new Error(`the peer does not read: more than ${budgets.backlogBytes} bytes are waiting`));
      return;
    }
    this.#lastTraffic = this.#options.clock.monotonic();
    socket.write(bytes, sent);
  }

  replyPath(top: Via): Channel {
    if (top.host === this.peer.address) this.#options.listensAt(top.port ?? DEFAULT_PORT);
    return new TcpReply(this, { ...this.peer, port: top.port ?? DEFAULT_PORT }, this.#options.reopen);
  }

  /** Closes the connection when one of its times is over at `now` (monotonic). */
  sweep(now: number): void {
    const { budgets } = this.#options;
    const late =
      now - this.#lastTraffic > budgets.idleMillis ||
      (!this.#heard && now - this.#opened > budgets.firstMillis) ||
      (this.#messageBegan !== undefined && now - this.#messageBegan > budgets.messageMillis) ||
      (this.#closing !== undefined && now - this.#closing > LINGER_MILLIS);
    if (late) this.destroy();
  }

  destroy(): void {
    this.#options.socket.destroy();
    this.#end();
  }

  #received(chunk: Buffer): void {
    if (this.#closing !== undefined) return;
    const { clock } = this.#options;
    this.#lastTraffic = clock.monotonic();
    this.#framer.push(chunk);
    while (this.#open && this.#closing === undefined && this.#take());
    this.#messageBegan = this.#framer.pending > 0 ? (this.#messageBegan ?? this.#lastTraffic) : undefined;
  }

  /** Takes the next message out of the stream; false when there is none. */
  #take(): boolean {
    const next = this.#nextFrame();
    if (next === undefined) return false;
    this.#heard = true;
    // The message before is complete: the time of the next one begins with it.
    this.#messageBegan = undefined;
    // RFC 5626 4.4.1: a double CRLF between two messages is a ping.
    if (next === 'keep-alive') this.send(PONG, ignoreOutcome);
    else receive(next, this, { transport: 'stream', user: this.#options.user, budgets: this.#options.budgets.message });
    return true;
  }

  #nextFrame(): Uint8Array | 'keep-alive' | undefined {
    try {
      return this.#framer.next();
    } catch (thrown) {
      // Where the next message begins is unknown from here on, so the connection ends with the answer.
      this.#options.user.malformed(thrown, this);
      this.#closing = this.#lastTraffic;
      this.#options.socket.end();
      return undefined;
    }
  }

  #end(error?: Error): void {
    if (!this.#open) return;
    this.#open = false;
    if (error) this.#options.socket.destroy();
    this.#options.closed();
  }
}

/** The way back for a response: the connection of the request, or a new one to the sender when that is gone (RFC 3261 18.2.2). */
class TcpReply implements Channel {
  readonly peer: Peer;
  readonly reliable = true;
  readonly #connection: TcpConnection;
  readonly #sentBy: Peer;
  readonly #reopen: (peer: Peer) => Channel;

  constructor(connection: TcpConnection, sentBy: Peer, reopen: (peer: Peer) => Channel) {
    this.#connection = connection;
    this.peer = connection.peer;
    this.#sentBy = sentBy;
    this.#reopen = reopen;
  }

  get local(): Peer {
    return this.#connection.local;
  }

  send(bytes: Uint8Array, sent: Sent): void {
    const way = this.#connection.open ? this.#connection : this.#reopen(this.#sentBy);
    way.send(bytes, sent);
  }

  replyPath(): Channel {
    return this;
  }
}

/** For bytes that nobody waits for: a broken connection shows itself by its own events. */
const ignoreOutcome: Sent = () => undefined;
