import { DatagramArena, libc, Memory } from '../load/libc.ts';

const SLOT_BYTES = 2048;
export const BATCH = 64;
const BUFFER_BYTES = 8 << 20;
const AF_INET = 2;
const DGRAM_NONBLOCK = 2 | 0x800 | 0x80000;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const MSG_DONTWAIT = 0x40;

/** A UDP socket that is read and written in batches, so that the load costs less than what is measured. IPv4 only. */
export class BatchSocket {
  readonly #fd: number;
  readonly #to: { readonly address: number; readonly port: number };
  readonly #outgoing = new DatagramArena(BATCH, SLOT_BYTES);
  readonly #incoming = new DatagramArena(BATCH, SLOT_BYTES);
  readonly #slots: readonly Buffer[];
  readonly #bytes: Buffer;
  #queued = 0;

  /** Throws when the port is taken. */
  constructor(address: string, port: number, toPort: number) {
    const host = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    this.#to = { address: host, port: toPort };
    this.#fd = libc.socket(AF_INET, DGRAM_NONBLOCK, 0);
    const name = new Memory(16);
    name.view.setUint16(0, AF_INET, true);
    name.view.setUint16(2, port);
    name.view.setUint32(4, host);
    for (const option of [SO_RCVBUF, SO_SNDBUF]) {
      const size = new Memory(8);
      size.view.setInt32(0, BUFFER_BYTES, true);
      libc.setsockopt(this.#fd, SOL_SOCKET, option, size.address, 4);
    }
    if (this.#fd < 0 || libc.bind(this.#fd, name.address, 16) < 0) throw new Error(`UDP port ${port} cannot be bound`);
    this.#bytes = Buffer.from(this.#outgoing.payload.bytes.buffer);
    const received = Buffer.from(this.#incoming.payload.bytes.buffer);
    this.#slots = Array.from({ length: BATCH }, (_, at) => received.subarray(at * SLOT_BYTES, (at + 1) * SLOT_BYTES));
    for (let at = 0; at < BATCH; at++) this.#incoming.vacate(at);
  }

  /** Sends at the next `flush`, or when a batch is full. */
  send(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#queued * SLOT_BYTES);
    this.#outgoing.send(this.#queued, this.#to, bytes.length);
    this.#queued += 1;
    if (this.#queued === BATCH) this.flush();
  }

  flush(): void {
    if (this.#queued > 0) libc.sendmmsg(this.#fd, this.#outgoing.headers.address, this.#queued, MSG_DONTWAIT);
    this.#queued = 0;
  }

  /** Reads what is there, at most one batch; the bytes are good until the next call. Returns how many there were. */
  receive(take: (bytes: Buffer) => void): number {
    const count = libc.recvmmsg(this.#fd, this.#incoming.headers.address, BATCH, MSG_DONTWAIT, 0n);
    for (let at = 0; at < count; at++) {
      take(this.#slots[at].subarray(0, this.#incoming.lengthOf(at)));
      this.#incoming.vacate(at);
    }
    return Math.max(0, count);
  }

  close(): void {
    libc.close(this.#fd);
  }
}
