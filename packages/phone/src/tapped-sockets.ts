import type { Arrival, Endpoint, PacketReceiver, PacketSocket, PacketSockets } from '@parley/media/engine';
import type { Ear } from './ear.ts';

/** Lets an ear listen to a socket of the engine, which hears one thing at a time and nothing while it speaks. */
export class Tap implements PacketReceiver {
  ear: Ear | undefined;
  /** Whether the engine gets the packets too: it finds the keys in them. */
  forward = true;
  readonly #receiver: PacketReceiver;

  constructor(receiver: PacketReceiver) {
    this.#receiver = receiver;
  }

  packet(bytes: Uint8Array, from: Arrival): void {
    this.ear?.packet(bytes, from.address, from.port);
    if (this.forward) this.#receiver.packet(bytes, from);
  }
}

/** Sockets whose packets can be listened to. */
export class TappedSockets implements PacketSockets {
  readonly #sockets: PacketSockets;
  readonly #taps = new Map<number, Tap>();

  constructor(sockets: PacketSockets) {
    this.#sockets = sockets;
  }

  async bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket> {
    const tap = new Tap(receiver);
    const socket = await this.#sockets.bind(local, tap);
    this.#taps.set(local.port, tap);
    return socket;
  }

  /** The tap of a bound port; undefined when it is not bound. */
  tap(port: number): Tap | undefined {
    return this.#taps.get(port);
  }

  /** Forgets a pair of ports that was closed. */
  drop(port: number): void {
    this.#taps.delete(port);
    this.#taps.delete(port + 1);
  }
}
