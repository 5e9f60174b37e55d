import type { Connection } from './connection.ts';
import type { Peer } from './peer.ts';
import type { Channel, Sent } from './transport.ts';

/** The way back for a response: the connection of the request, or a new one to the sender when that is gone (RFC 3261 18.2.2). */
export class ConnectionReply implements Channel {
  readonly peer: Peer;
  readonly reliable = true;
  readonly #connection: Connection;
  readonly #reopen: () => Channel | undefined;

  constructor(connection: Connection, reopen: () => Channel | undefined) {
    this.#connection = connection;
    this.peer = connection.peer;
    this.#reopen = reopen;
  }

  get local(): Peer {
    return this.#connection.local;
  }

  send(bytes: Uint8Array, sent: Sent): void {
    const way = this.#connection.listening ? this.#connection : this.#reopen();
    if (way) way.send(bytes, sent);
    else sent(new Error('the connection is closed, and only the peer could open another'));
  }

  replyPath(): Channel {
    return this;
  }

  admitted(): void {
    this.#connection.admitted();
  }
}
