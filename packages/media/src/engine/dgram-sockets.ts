import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Arrival, Endpoint, PacketReceiver, PacketSocket, PacketSockets } from './packet-socket.ts';

/** A send is looked at by its callback only this often: the callback costs, and what fails keeps failing. */
const LOOK_EVERY = 50;

type LookUpDone = (error: null, address: string, family: number) => void;

/** Addresses are numeric here, so there is nothing to look up; Node's own look-up would cost a turn of the loop per packet. */
function asItIs(address: string, _options: unknown, done: LookUpDone): void {
  done(null, address, isIPv6(address) ? 6 : 4);
}

/** UDP sockets of `node:dgram`: the implementation that works everywhere. */
export class DgramSockets implements PacketSockets {
  bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket> {
    return new Promise((resolve, reject) => {
      const socket = createSocket({ type: isIPv6(local.address) ? 'udp6' : 'udp4', lookup: asItIs });
      const refused = (error: Error) => {
        socket.close();
        reject(error);
      };
      socket.once('error', refused);
      socket.bind({ address: local.address, port: local.port, exclusive: true }, () => {
        socket.off('error', refused);
        resolve(new DgramSocket(socket, receiver));
      });
    });
  }
}

class DgramSocket implements PacketSocket {
  failures = 0;
  readonly #socket: Socket;
  #untilLook = 0;
  #closed = false;
  readonly #sent = (error: Error | null) => {
    if (error) this.failures += LOOK_EVERY;
  };

  constructor(socket: Socket, receiver: PacketReceiver) {
    this.#socket = socket;
    socket.on('message', (bytes: Uint8Array, { address, port }: RemoteInfo) => {
      receiver.packet(bytes, { address, port, at: Number.NaN } satisfies Arrival);
    });
    // Such as ECONNREFUSED of an earlier packet (ICMP): the other side may yet open its port.
    socket.on('error', () => {
      this.failures += 1;
    });
  }

  send(bytes: Uint8Array, length: number, to: Endpoint): void {
    if (this.#closed) return;
    if (this.#untilLook > 0) {
      this.#untilLook -= 1;
      this.#socket.send(bytes, 0, length, to.port, to.address);
    } else {
      this.#untilLook = LOOK_EVERY - 1;
      this.#socket.send(bytes, 0, length, to.port, to.address, this.#sent);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}
