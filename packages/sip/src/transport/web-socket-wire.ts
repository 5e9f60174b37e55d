import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { codeOf } from '@parley/base';
import type { WebSocket } from 'ws';
import { PeerRefused } from './peer-refused.ts';
import type { Sent } from './transport.ts';
import type { Wire, WireUser } from './wire.ts';

export interface WebSocketWireOptions {
  readonly web: WebSocket;
  /** What it runs on. */
  readonly socket: Socket;
  readonly user: WireUser;
}

/** Shorter than any SIP message: the CRLF keep-alives of RFC 5626, which RFC 7118 section 6 allows in a frame of their own. */
const SHORTEST_MESSAGE = 20;
const PING = Buffer.from('\r\n\r\n');
const PONG = Buffer.from('\r\n');
/** Octets that may wait when such a ping is answered; the library sees to those of RFC 6455 itself. */
const PONG_BACKLOG = 64;

/** SIP over a WebSocket (RFC 7118 section 5): one message a frame, text or binary. */
export class WebSocketWire implements Wire {
  readonly #web: WebSocket;
  readonly #socket: Socket;
  readonly #user: WireUser;
  /** Octets that had been read when the last whole frame was. */
  #complete: number;
  #began: number | undefined;
  /** Messages, and frames without one, that wait for their turn: nothing more is read meanwhile, but what was read already comes. */
  readonly #waiting: (Buffer | undefined)[] = [];

  constructor({ web, socket, user }: WebSocketWireOptions) {
    this.#web = web;
    this.#socket = socket;
    this.#user = user;
    this.#complete = socket.bytesRead;
    web.on('message', data => Buffer.isBuffer(data) && this.#arrived(data));
    // To read a frame that says nothing costs as much as one that says something.
    web.on('ping', () => this.#arrived());
    web.on('pong', () => this.#arrived());
    web.on('error', error => user.closed(refusedBy(error)));
    web.on('close', () => user.closed());
  }

  get backlog(): number {
    return this.#web.bufferedAmount;
  }

  /** The library tells of whole messages only; that one has begun shows in the octets that were read since the last. */
  incompleteSince(now: number): number | undefined {
    this.#began = this.#socket.bytesRead > this.#complete ? (this.#began ?? now) : undefined;
    return this.#began;
  }

  send(bytes: Uint8Array, sent: Sent): void {
    this.#web.send(bytes, { binary: !isUtf8(bytes) }, sent);
  }

  ping(): void {
    this.#web.ping();
  }

  end(): void {
    this.#web.close();
  }

  destroy(): void {
    this.#web.terminate();
  }

  #arrived(data?: Buffer): void {
    this.#frame();
    if (!this.#user.listening) return;
    if (this.#waiting.length > 0) this.#waiting.push(data);
    else if (this.#user.isTurn(() => this.#goOn())) this.#tell(data);
    else {
      this.#waiting.push(data);
      this.#web.pause();
    }
  }

  /** It is the turn of the first that waits. */
  #goOn(): void {
    do {
      this.#tell(this.#waiting.shift());
    } while (this.#waiting.length > 0 && this.#user.listening && this.#user.isTurn(() => this.#goOn()));
    if (this.#waiting.length === 0) this.#web.resume();
  }

  #tell(data: Buffer | undefined): void {
    if (!data) return;
    if (data.length >= SHORTEST_MESSAGE) {
      this.#user.received(data);
      return;
    }
    this.#user.received();
    if (data.equals(PING) && this.backlog < PONG_BACKLOG) this.#web.send(PONG, { binary: false });
  }

  #frame(): void {
    this.#complete = this.#socket.bytesRead;
    this.#began = undefined;
    this.#user.heard();
  }
}

/** A frame that breaks a rule or a budget ends the connection, and somebody should know why; that it breaks is nobody's news. */
function refusedBy(error: Error): Error {
  if (!codeOf(error)?.startsWith('WS_ERR_')) return error;
  return new PeerRefused({
    reason: `its WebSocket frames break a rule or a limit (${error.message})`,
    change: 'Let the peer send one SIP message in each frame, text as UTF-8, no longer than our limit for a message.',
  });
}
