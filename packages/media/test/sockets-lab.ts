import { setImmediate } from 'node:timers/promises';
import { codeOf, messageOf } from '@parley/base';
import { DgramSockets } from '../src/engine/dgram-sockets.ts';
import { EpollSockets, loadNative, RingSockets, type SocketKind } from '../src/engine/linux-sockets/index.ts';
import { MemoryNetwork } from '../src/engine/memory-network.ts';
import type { Arrival, Endpoint, PacketSocket, PacketSockets } from '../src/engine/packet-socket.ts';

const PATIENCE_MILLIS = 20_000;

/** What a test of sockets runs against. */
export interface SocketsUnderTest {
  readonly name: string;
  /** Why it cannot run here. */
  readonly skip: string | false;
  make(): PacketSockets;
}

/** One that a media thread can be told to use. */
export interface SystemSockets extends SocketsUnderTest {
  readonly kind: SocketKind;
}

/** All implementations of the port that go over the system's network. */
export const SYSTEM_SOCKETS: readonly SystemSockets[] = [
  { name: 'node:dgram', kind: 'dgram', skip: false, make: () => new DgramSockets() },
  tried('io_uring', () => new RingSockets(loadNative())),
  tried('epoll', () => new EpollSockets(loadNative())),
];

export const ALL_SOCKETS: readonly SocketsUnderTest[] = [
  { name: 'memory', skip: false, make: () => new MemoryNetwork() },
  ...SYSTEM_SOCKETS,
];

function tried(name: 'io_uring' | 'epoll', make: () => PacketSockets): SystemSockets {
  try {
    make().close?.();
    return { name, kind: name, skip: false, make };
  } catch (error) {
    return { name, kind: name, skip: `${name} does not work here: ${messageOf(error)}`, make };
  }
}

/** A datagram as a receiver saw it. */
export interface Seen {
  readonly bytes: readonly number[];
  readonly address: string;
  readonly port: number;
}

/** Sockets that are bound and heard. */
export class SocketsLab {
  readonly sockets: PacketSockets;
  readonly #open: PacketSocket[] = [];
  #port: number;

  /** @param port first one to try; each lab of a test file has its own hundred. */
  constructor(sockets: PacketSockets, port: number) {
    this.sockets = sockets;
    this.#port = port;
  }

  /** A port that nobody has bound lately. */
  nextPort(): number {
    return this.#port++;
  }

  /** Binds the next port that is free. */
  async bind(
    address: string,
    port?: number,
  ): Promise<{ socket: PacketSocket; at: Endpoint; seen: Seen[]; arrived: number[] }> {
    for (;;) {
      const at = { address, port: port ?? this.nextPort() };
      const seen: Seen[] = [];
      const arrived: number[] = [];
      const packet = (bytes: Uint8Array, from: Arrival) => {
        seen.push({ bytes: [...bytes], address: from.address, port: from.port });
        arrived.push(from.at);
      };
      try {
        const socket = await this.sockets.bind(at, { packet });
        this.#open.push(socket);
        return { socket, at, seen, arrived };
      } catch (error) {
        if (port !== undefined || codeOf(error) !== 'EADDRINUSE') throw error;
      }
    }
  }

  /** Lets packets flow until it is so; throws when it does not become so. */
  async until(so: () => boolean): Promise<void> {
    const end = performance.now() + PATIENCE_MILLIS;
    while (!so()) {
      if (performance.now() > end) throw new Error('it did not happen');
      this.sockets.exchange?.();
      await setImmediate();
    }
  }

  close(): void {
    for (const socket of this.#open) socket.close();
    this.sockets.close?.();
  }
}
