import type { Via } from '../message/grammar.ts';
import type { SipMessage } from '../message/message.ts';
import type { Peer } from './peer.ts';

/**
 * Told once for every `Channel.send`: without an argument (or with null) when the bytes have left, with the error when they have not, or
 * when the connection that was opened for them ended before the peer said anything at all.
 */
export type Sent = (error?: Error | null) => void;

/** A way to one peer: a socket and an address, or a connection. */
export interface Channel {
  /** The far end. */
  readonly peer: Peer;
  /** Our own end as others reach it: what Via, Contact and Record-Route say. */
  readonly local: Peer;
  /** True for everything but UDP: no retransmissions by transactions. */
  readonly reliable: boolean;
  /**
   * Most octets that may answer what came this way while nothing proves that the source's address is its own (RFC 3261 section 26.1.5):
   * for requests that are malformed or not admitted. Undefined when the address is proved, as by any connection.
   */
  readonly unprovenOctets?: number;
  send(bytes: Uint8Array, sent: Sent): void;
  /** Where the responses to a request go that came this way; `top` is its Via as `stamped` left it (RFC 3261 18.2.2, RFC 3581 4). */
  replyPath(top: Via): Channel;
  /** A request that came this way was let in: where there is a connection, it is not one that makes room for others. */
  admitted?(): void;
}

/** Who hears what arrives, with the bytes that it was read from. Neither function may throw. */
export interface TransportUser {
  received(message: SipMessage, from: Channel, bytes: Uint8Array): void;
  /** Bytes that are no SIP message; `thrown` says why. */
  malformed(thrown: unknown, from: Channel, bytes: Uint8Array): void;
}

/** One listen point: a socket, or a listener with its connections. */
export interface Transport {
  readonly bound: Peer;
  readonly connections: number;
  /** A way to that peer; nothing is opened before the first `send`. */
  to(peer: Peer): Channel;
  /** The way that is open to exactly that address and port; undefined when there is none. */
  flow(peer: Peer): Channel | undefined;
  close(): Promise<void>;
}
