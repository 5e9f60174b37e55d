import { ParleyError } from '@parley/base';
import type { Arrival, Endpoint, PacketReceiver, PacketSocket, PacketSockets } from './packet-socket.ts';

/** One datagram that went over a `MemoryNetwork`. */
export interface Datagram {
  readonly bytes: Uint8Array;
  /** With the time of its arrival, if a test wants that to be another than now. */
  readonly from: Endpoint & Partial<Arrival>;
  readonly to: Endpoint;
}

/** UDP without a network, for tests: delivers at once, keeps what nobody listens for, and fails where a test wants it to. */
export class MemoryNetwork implements PacketSockets {
  /** Everything sent to endpoints that nobody bound, in order. */
  readonly undelivered: Datagram[] = [];
  /** The next binds are refused with these codes; '' lets one through. */
  readonly refusals: string[] = [];
  /** Datagrams that have come and that nobody reads before their socket is drained. */
  readonly unread: Datagram[] = [];
  readonly #bound = new Map<string, PacketReceiver>();

  async bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket> {
    const name = nameOf(local);
    const refusal = this.refusals.shift() ?? (this.#bound.has(name) ? 'EADDRINUSE' : undefined);
    if (refusal) throw new ParleyError(refusal, `bind ${refusal} ${name}`);
    this.#bound.set(name, receiver);
    let open = true;
    return {
      failures: 0,
      send: (bytes, length, to) => {
        if (open) this.deliver({ bytes: bytes.slice(0, length), from: local, to });
      },
      drain: () => {
        for (const each of this.unread.splice(0)) this.deliver(each);
      },
      close: () => {
        if (open) this.#bound.delete(name);
        open = false;
      },
    };
  }

  /** Puts a datagram on the network as if `from` had sent it. */
  deliver(datagram: Datagram): void {
    const receiver = this.#bound.get(nameOf(datagram.to));
    if (receiver) receiver.packet(datagram.bytes, { at: Number.NaN, ...datagram.from });
    else this.undelivered.push(datagram);
  }

  /** How many sockets are bound: a leak test asserts 0. */
  get sockets(): number {
    return this.#bound.size;
  }
}

function nameOf(endpoint: Endpoint): string {
  return `${endpoint.address}:${endpoint.port}`;
}
