import type { Clock } from '@parley/base';
import type { DatagramListen, DatagramSocket, OpenDatagramSocket } from '../src/index.ts';
import type { Datagram } from './memory-network.ts';

/** What a network does to datagrams. */
export interface Weather {
  /** Of a hundred: lost, and doubled. */
  readonly lost: number;
  readonly doubled: number;
  /** Longest way, milliseconds; each datagram takes its own time, so later ones overtake. */
  readonly slowest: number;
}

export const FINE: Weather = { lost: 0, doubled: 0, slowest: 1 };

/** Hears what is sent, and what of that arrives. */
export interface Witness {
  sent(datagram: Datagram): void;
  arrived(datagram: Datagram): void;
}

/** A network in memory whose datagrams are lost, doubled and overtaken, by a clock that a test moves. */
export class WeatherNetwork {
  weather: Weather = FINE;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #witness: Witness;
  readonly #listeners = new Map<string, DatagramListen>();

  constructor(clock: Clock, random: () => number, witness: Witness) {
    this.#clock = clock;
    this.#random = random;
    this.#witness = witness;
  }

  get sockets(): number {
    return this.#listeners.size;
  }

  readonly open: OpenDatagramSocket = async listen => {
    const { address, port } = listen;
    this.#listeners.set(`${address}:${port}`, listen);
    let isOpen = true;
    const socket: DatagramSocket = {
      address,
      port,
      send: (bytes, to, sent) => {
        if (isOpen) this.#carry(Buffer.from(bytes), { address, port }, to);
        sent(isOpen ? null : new Error('the socket is closed'));
      },
      close: async () => {
        isOpen = false;
        this.#listeners.delete(`${address}:${port}`);
      },
    };
    return socket;
  };

  #carry(bytes: Buffer, from: { address: string; port: number }, to: { address: string; port: number }): void {
    const datagram = { from: from.address, to: `${to.address}:${to.port}`, text: bytes.toString('latin1') };
    this.#witness.sent(datagram);
    const { lost, doubled, slowest } = this.weather;
    if (this.#random() * 100 < lost) return;
    const copies = this.#random() * 100 < doubled ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#clock.after(Math.ceil(this.#random() * slowest), () => {
        const listener = this.#listeners.get(datagram.to);
        if (!listener) return;
        this.#witness.arrived(datagram);
        listener.received(bytes, from.address, from.port);
      });
    }
  }
}
