import type { Latch } from './latch.ts';
import type { Arrival, Endpoint, PacketReceiver } from './packet-socket.ts';

/** What a datagram is: media of the peer; for whoever proves where the peer is, and dealt with; or nobody's business here. */
export type Admission = 'media' | 'own' | 'foreign';

/** Who knows where the peer is otherwise than by what was negotiated (ICE). */
export interface PeerProof {
  /** Where packets are sent to; undefined while they may not be. */
  readonly peer: Endpoint | undefined;
  /** One datagram, lent for the length of the call. */
  admit(bytes: Uint8Array, address: string, port: number): Admission;
}

/** Lets in only what comes from the negotiated peer; before there is one, nothing. One per socket. */
export class PeerGate implements PacketReceiver {
  accepted = 0;
  /** Packets from elsewhere, thrown away. */
  foreign = 0;
  readonly #accept: PacketReceiver['packet'];
  #peer: Endpoint | undefined;
  #alsoFrom: string | undefined;
  #strangerAddress = '';
  #strangerPort = 0;
  /** While the peer may yet turn out to be elsewhere. */
  #latch: Latch | undefined;
  #latched: ((peer: Endpoint) => void) | undefined;
  /** In place of what was negotiated, while it is there. */
  proof: PeerProof | undefined;

  constructor(accept: PacketReceiver['packet']) {
    this.#accept = accept;
  }

  /** Where packets are sent to, and may come from. */
  get peer(): Endpoint | undefined {
    return this.proof ? this.proof.peer : this.#peer;
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
    this.#latch = this.#latched = undefined;
  }

  /** Until the agreed peer is heard, or another is agreed on, the latch may find that it is elsewhere; that is told once, before its packets are let in. */
  learn(latch: Latch, latched: (peer: Endpoint) => void): void {
    this.#latch = latch;
    this.#latched = latched;
  }

  packet(bytes: Uint8Array, from: Arrival): void {
    const { address, port } = from;
    if (this.proof) {
      this.#proved(this.proof.admit(bytes, address, port), bytes, from);
      return;
    }
    if (this.#peer?.port === port && (address === this.#peer.address || address === this.#alsoFrom)) {
      this.#latch = undefined;
      this.accepted += 1;
      this.#accept(bytes, from);
      return;
    }
    this.foreign += 1;
    this.#strangerAddress = address;
    this.#strangerPort = port;
    if (this.#latch) this.#offer(this.#latch, bytes, { address, port });
  }

  #proved(admission: Admission, bytes: Uint8Array, from: Arrival): void {
    if (admission === 'foreign') this.foreign += 1;
    if (admission !== 'media') return;
    this.accepted += 1;
    this.#accept(bytes, from);
  }

  #offer(latch: Latch, bytes: Uint8Array, from: Endpoint): void {
    if (!latch.offer(bytes, from.address, from.port)) return;
    const latched = this.#latched;
    this.agree(from);
    latched?.(from);
    const taken = latch.handOn(from.address, from.port);
    this.foreign -= taken;
    this.accepted += taken;
  }
}
