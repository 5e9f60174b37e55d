import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Peer } from '../src/index.ts';

/** Carries connections to a place, and breaks them in the middle of whatever travels. */
export class Cutter {
  readonly address = '127.0.0.4';
  readonly #server: Server;
  readonly #cuts: number[];
  readonly #open = new Set<Socket>();
  /** Connections that were broken. */
  broken = 0;

  private constructor(server: Server, cuts: readonly number[]) {
    this.#server = server;
    this.#cuts = [...cuts];
  }

  /** @param cuts after how many octets, both ways together, the first connection breaks, the second one ...; those behind the last do not. */
  static async open(to: () => Peer, cuts: readonly number[]): Promise<Cutter> {
    const server = createServer();
    const cutter = new Cutter(server, cuts);
    server.on('connection', socket => cutter.#carry(socket, to()));
    server.listen(0, cutter.address);
    await once(server, 'listening');
    return cutter;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks what is open, and carries on with what is opened then. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  #carry(near: Socket, to: Peer): void {
    let left = this.#cuts.shift() ?? Number.POSITIVE_INFINITY;
    const far = connect({ host: to.address, port: to.port });
    const both = [near, far];
    const end = () => {
      for (const socket of both) {
        socket.destroy();
        this.#open.delete(socket);
      }
    };
    const carry = (from: Socket, into: Socket) => {
      this.#open.add(from);
      from.on('data', (bytes: Buffer) => {
        if (left === Number.NEGATIVE_INFINITY) return;
        if (bytes.length < left) {
          left -= bytes.length;
          into.write(bytes);
          return;
        }
        // The last octets arrive, then the connection ends, in one of the two ways that there are.
        this.broken += 1;
        const part = bytes.subarray(0, left);
        left = Number.NEGATIVE_INFINITY;
        into.write(part, () => {
          if (this.broken % 2 === 0) near.resetAndDestroy();
          end();
        });
      });
      from.on('error', end);
      from.on('close', end);
    };
    carry(near, far);
    carry(far, near);
  }
}
