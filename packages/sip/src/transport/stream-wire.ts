import type { Socket } from 'node:net';
import type { Clock } from '@parley/base';
import { type SipBudgets, StreamFramer } from '../message/index.ts';
import { PeerRefused } from './peer-refused.ts';
import type { Sent } from './transport.ts';
import type { Wire, WireUser } from './wire.ts';

export interface StreamWireOptions {
  readonly socket: Socket;
  readonly user: WireUser;
  readonly clock: Clock;
  readonly budgets: SipBudgets;
}

const CR = 0x0d;
const LF = 0x0a;
/** How every TLS connection begins (RFC 8446 section 5.1), and no message nor keep-alive does. */
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;
const TLS_HERE = new PeerRefused({
  reason: 'it speaks TLS, which is not spoken at this port',
  change: 'Let the peer use TCP here, or connect to a port where TLS is listened for.',
});
const PING = Buffer.from('\r\n\r\n');
const PONG = Buffer.from('\r\n');
/** Octets that may wait when a ping is answered: who pings and does not read is not to fill our memory with pongs. */
const PONG_BACKLOG = 64;

/** SIP over TCP or TLS: messages cut by Content-Length (RFC 3261 18.3), keep-alives between them (RFC 5626 section 4.4.1). */
export class StreamWire implements Wire {
  readonly #socket: Socket;
  readonly #user: WireUser;
  readonly #clock: Clock;
  readonly #framer: StreamFramer;
  #began: number | undefined;
  /** Whether it is somebody else's turn: until then nothing is read. */
  #waits = false;
  /** Pings of ours that have no pong yet. */
  #pings = 0;

  constructor({ socket, user, clock, budgets }: StreamWireOptions) {
    this.#socket = socket;
    this.#user = user;
    this.#clock = clock;
    this.#framer = new StreamFramer(budgets);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    socket.on('error', error => user.closed(error));
    socket.on('close', () => user.closed());
  }

  get backlog(): number {
    return this.#socket.writableLength;
  }

  incompleteSince(): number | undefined {
    return this.#began;
  }

  send(bytes: Uint8Array, sent: Sent): void {
    this.#socket.write(bytes, sent);
  }

  ping(): void {
    this.#pings += 1;
    this.#socket.write(PING);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #arrived(chunk: Buffer): void {
    if (!this.#user.listening) return;
    if (chunk[0] === TLS_HANDSHAKE && chunk[1] === TLS_MAJOR && this.#framer.pending === 0) {
      this.#user.closed(TLS_HERE);
      return;
    }
    this.#user.heard();
    const rest = this.#withoutPong(chunk);
    if (rest.length > 0) this.#framer.push(rest);
    this.#takeAll();
  }

  #takeAll(): void {
    while (!this.#waits && this.#user.listening && this.#take());
    // Fewer octets than a ping begin no message yet: they may be half a keep-alive, and cost nothing.
    const isBegun = !this.#waits && this.#framer.pending >= PING.length;
    this.#began = isBegun ? (this.#began ?? this.#clock.monotonic()) : undefined;
  }

  /** Takes the next message out of the stream; false when there is none. */
  #take(): boolean {
    const next = this.#next();
    if (next === undefined) return false;
    // The message before is complete: the time of the next one begins with it.
    this.#began = undefined;
    this.#waits = !this.#user.isTurn(() => this.#goOn(next));
    if (this.#waits) this.#socket.pause();
    else this.#tell(next);
    return true;
  }

  #goOn(next: Uint8Array | 'keep-alive'): void {
    this.#waits = false;
    this.#tell(next);
    this.#takeAll();
    if (!this.#waits) this.#socket.resume();
  }

  #tell(next: Uint8Array | 'keep-alive'): void {
    if (next === 'keep-alive') {
      if (this.#socket.writableLength < PONG_BACKLOG) this.#socket.write(PONG);
      this.#user.received();
    } else this.#user.received(next);
  }

  #next(): Uint8Array | 'keep-alive' | undefined {
    try {
      return this.#framer.next();
    } catch (thrown) {
      this.#user.lost(thrown, this.#framer.waiting);
      return undefined;
    }
  }

  /** A CRLF that answers a ping of ours must not become half a ping of the peer. */
  #withoutPong(chunk: Buffer): Buffer {
    if (this.#pings === 0 || this.#framer.pending > 0) return chunk;
    let lines = 0;
    while (chunk[2 * lines] === CR && chunk[2 * lines + 1] === LF) lines++;
    // Pings come in pairs.
    if (lines % 2 === 0) return chunk;
    this.#pings -= 1;
    return chunk.subarray(PONG.length);
  }
}
