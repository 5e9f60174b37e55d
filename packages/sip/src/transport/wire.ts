import type { Sent } from './transport.ts';

/** What carries whole messages over one connection: a byte stream with framing, or a WebSocket. */
export interface Wire {
  /** Octets that wait for a peer who does not read. */
  readonly backlog: number;
  /** Since when (monotonic) the message that is arriving at `now` has been incomplete; undefined between messages. */
  incompleteSince(now: number): number | undefined;
  send(bytes: Uint8Array, sent: Sent): void;
  /** Asks for a sign of life, which every living peer gives. */
  ping(): void;
  /** Closes when what was sent has left. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

/** Who hears what a wire carries. */
export interface WireUser {
  /** False once nothing more is to be taken out of what arrived. */
  readonly listening: boolean;
  /** Whether the next message may be taken; if not, `goOn` is called once when it may, unless the connection is over by then. */
  isTurn(goOn: () => void): boolean;
  /** Something arrived, were it half a message. */
  heard(): void;
  /** A whole message, or a keep-alive when there are no bytes: the peer has said something. */
  received(message?: Uint8Array): void;
  /** The next message cannot be found any more: `thrown` is what framing threw, `bytes` what it could make nothing of. */
  lost(thrown: unknown, bytes: Uint8Array): void;
  /** It is closed, by an error when there was one. Told at least once. */
  closed(error?: Error): void;
}
