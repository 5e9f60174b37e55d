/** Somewhere packets go to or come from; the address is numeric, in the canonical text that the system uses. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Where a datagram came from, and when. */
export interface Arrival extends Endpoint {
  /** Milliseconds on the clock of the engine, when the system took it in, which may be long before somebody reads it; NaN when the socket does not know. */
  readonly at: number;
}

/** Who gets what a socket receives. */
export interface PacketReceiver {
  /** One datagram. Both are lent for the length of the call. Must not throw. */
  packet(bytes: Uint8Array, from: Arrival): void;
}

/** A bound UDP socket. */
export interface PacketSocket {
  /**
   * Sends the first `length` bytes. Never throws and tells nobody when it fails (that is what RTCP is for): failures are counted.
   * The buffer must stay as it is until the system took it, normally at once, at the latest a few ticks later.
   */
  send(bytes: Uint8Array, length: number, to: Endpoint): void;
  /** Packets that could not be sent. */
  readonly failures: number;
  /** Hands out what has come by now. For those that have no place in the event loop; not to be called by a receiver. */
  drain?(): void;
  close(): void;
}

/** UDP as a port: `DgramSockets` over Node's own, those of `linux-sockets/` past it, `MemoryNetwork` for tests. */
export interface PacketSockets {
  /** Binds and begins to receive. Rejects with the system's error (`EADDRINUSE`, `EMFILE`, ...). */
  bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket>;
  /**
   * For those that have no place in the event loop: sends what waits, and hands out what came, which may leave some for later when much did. Whoever
   * drives the clock calls it after each beat.
   */
  exchange?(): void;
  /** Closes all that is still open; nothing can be bound afterwards. */
  close?(): void;
  /** What is to be given back when the thread died without doing so itself (see `settle`). */
  readonly estate?: { readonly shared: SharedArrayBuffer };
}
