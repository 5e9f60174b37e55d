import type { Endpoint, PacketReceiver } from './packet-socket.ts';

/** Lets in only what comes from the negotiated peer; before there is one, nothing. One per socket. */
export class PeerGate implements PacketReceiver {
  accepted = 0;
  /** Packets from elsewhere, thrown away. */
  foreign = 0;
  readonly #accept: (bytes: Uint8Array) => void;
  #peer: Endpoint | undefined;
  #alsoFrom: string | undefined;
  #strangerAddress = '';
  #strangerPort = 0;

  constructor(accept: (bytes: Uint8Array) => void) {
    this.#accept = accept;
  }

  /** Where packets are sent to, and may come from. */
  get peer(): Endpoint | undefined {
    return this.#peer;
  }

  /** Where the last packet from elsewhere came from, since this peer was agreed on. */
  get stranger(): Endpoint | undefined {
    return this.#strangerPort === 0 ? undefined : { address: this.#strangerAddress, port: this.#strangerPort };
  }

  /** From here on this peer is the one; its packets may come from a second address too, but from no other port. */
  agree(peer: Endpoint | undefined, alsoFrom?: string): void {
    this.#peer = peer;
    this.#alsoFrom = alsoFrom;
    this.#strangerPort = 0;
  }

  packet(bytes: Uint8Array, address: string, port: number): void {
    if (this.#peer?.port === port && (address === this.#peer.address || address === this.#alsoFrom)) {
      this.accepted += 1;
      this.#accept(bytes);
      return;
    }
    this.foreign += 1;
    this.#strangerAddress = address;
    this.#strangerPort = port;
  }
}
