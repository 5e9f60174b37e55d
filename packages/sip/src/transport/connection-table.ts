import type { Via } from '../message/grammar.ts';
import { canonicalAddress } from './canonical-address.ts';
import type { Connection } from './connection.ts';
import type { Peer } from './peer.ts';
import { isSecure } from './secure.ts';
import { defaultPort } from './via.ts';

/** The connections of one listen point, and which of them a request to a peer may use. */
export class ConnectionTable {
  readonly #all = new Set<Connection>();
  /** By address and port of their far end; where a peer has an alias, by that too. */
  readonly #byEnd = new Map<string, Connection[]>();
  readonly #aliases = new Map<Connection, string>();

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return [...this.#all][Symbol.iterator]();
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    this.#enter(keyOf(connection.peer), connection);
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    this.#leave(keyOf(connection.peer), connection);
    const alias = this.#aliases.get(connection);
    if (alias === undefined) return;
    this.#aliases.delete(connection);
    this.#leave(alias, connection);
  }

  /**
   * The connection for requests to `peer`. Over TLS only one whose certificate proves the name that is meant (RFC 5923 section 8.2):
   * behind one address may be several.
   */
  find(peer: Peer): Connection | undefined {
    const name = isSecure(peer) ? (peer.name ?? peer.address) : undefined;
    return this.#byEnd
      .get(keyOf(peer))
      ?.find(connection => connection.listening && (name === undefined || connection.isProven(name)));
  }

  /** The connection whose far end is exactly `peer`, whatever that has proved. */
  flow({ address, port }: Peer): Connection | undefined {
    return this.#byEnd.get(keyOf({ address, port }))?.find(({ peer, listening }) => listening && peer.port === port);
  }

  /**
   * Requests to where the peer listens go over the connection that it opened itself: it may not be possible to open one. Over TLS
   * when it asks for that and has proved who it is (RFC 5923), over TCP when it says that it listens at its own address; there only
   * while no other connection has that name. Each connection gets one such name.
   */
  alias(connection: Connection, top: Via): void {
    if (this.#aliases.has(connection) || !mayHaveAlias(connection, top)) return;
    const { transport, address } = connection.peer;
    const key = keyOf({ address, port: top.port ?? defaultPort(transport) });
    if (transport === 'tcp' && this.#byEnd.has(key)) return;
    this.#aliases.set(connection, key);
    this.#enter(key, connection);
  }

  #enter(key: string, connection: Connection): void {
    const present = this.#byEnd.get(key);
    if (!present) this.#byEnd.set(key, [connection]);
    else if (!present.includes(connection)) present.push(connection);
  }

  #leave(key: string, connection: Connection): void {
    const left = this.#byEnd.get(key)?.filter(other => other !== connection) ?? [];
    if (left.length > 0) this.#byEnd.set(key, left);
    else this.#byEnd.delete(key);
  }
}

function mayHaveAlias({ peer }: Connection, top: Via): boolean {
  switch (peer.transport) {
    case 'tcp':
      return top.host === peer.address || canonicalAddress(top.host) === peer.address;
    case 'tls':
      return top.parameters.has('alias') && peer.certified !== undefined;
    default:
      return false;
  }
}

const keyOf = ({ address, port }: Pick<Peer, 'address' | 'port'>): string => `${address} ${port}`;
