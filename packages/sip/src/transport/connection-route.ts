import type { Connection } from './connection.ts';
import type { Peer } from './peer.ts';
import type { Channel, Sent } from './transport.ts';

/** Where the connections are. */
export interface Connections {
  connectionTo(peer: Peer): Connection | undefined;
  localTowards(peer: Peer): Peer;
}

/** A way to a peer by whatever connection there is when something is sent. */
export class ConnectionRoute implements Channel {
  readonly peer: Peer;
  readonly reliable = true;
  readonly #connections: Connections;

  constructor(connections: Connections, peer: Peer) {
    this.#connections = connections;
    this.peer = peer;
  }

  get local(): Peer {
    return this.#connections.localTowards(this.peer);
  }

  send(bytes: Uint8Array, sent: Sent): void {
    const connection = this.#connections.connectionTo(this.peer);
    if (connection) connection.send(bytes, sent);
    else sent(new Error('too many connections'));
  }

  replyPath(): Channel {
    return this;
  }
}
