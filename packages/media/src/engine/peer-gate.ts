import type { Endpoint, PacketReceiver } from './packet-socket.ts';

/** Lets in only what comes from the negotiated peer; before there is one, nothing. One per socket. */
export class PeerGate implements PacketReceiver {
  /** Packets from elsewhere, thrown away. */
  foreign = 0;
  peer: Endpoint | undefined;
  readonly #accept: (bytes: Uint8Array) => void;

  constructor(accept: (bytes: Uint8Array) => void) {
    this.#accept = accept;
  }

  packet(bytes: Uint8Array, address: string, port: number): void {
    if (this.peer?.port === port && this.peer.address === address) this.#accept(bytes);
    else this.foreign += 1;
  }
}
