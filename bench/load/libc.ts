import { dlopen, getRawPointer } from 'node:ffi';

/** The system calls that read and send many datagrams at once, through Node's experimental `node:ffi`. Linux with 64 bits, little-endian. */
export const { functions: libc } = dlopen('libc.so.6', {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
  recvmmsg: { arguments: ['i32', 'pointer', 'u32', 'i32', 'pointer'], return: 'i32' },
  sendmmsg: { arguments: ['i32', 'pointer', 'u32', 'i32'], return: 'i32' },
  clock_gettime: { arguments: ['i32', 'pointer'], return: 'i32' },
  close: { arguments: ['i32'], return: 'i32' },
});

/** Memory that does not move, with its address. */
export class Memory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly address: bigint;

  constructor(size: number) {
    const buffer = new ArrayBuffer(size);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.address = getRawPointer(buffer);
  }

  /** Writes the address of a place in memory. */
  point(at: number, to: Memory, offset = 0): void {
    this.view.setBigUint64(at, to.address + BigInt(offset), true);
  }
}

const SOCKADDR_BYTES = 16;
const IOVEC_BYTES = 16;
const MMSGHDR_BYTES = 64;
/** struct cmsghdr with a struct timespec. */
const CONTROL_BYTES = 32;
const CONTROL_DATA = 16;
const AF_INET = 2;

/**
 * Room for `count` datagrams of up to `size` bytes, laid out as recvmmsg(2) and sendmmsg(2) want it: sockaddr_in, iovec, mmsghdr, and the
 * control data that carries the kernel's time stamp.
 */
export class DatagramArena {
  readonly count: number;
  readonly size: number;
  readonly payload: Memory;
  readonly headers: Memory;
  readonly #names: Memory;
  readonly #vectors: Memory;
  readonly #controls: Memory;

  constructor(count: number, size: number) {
    this.count = count;
    this.size = size;
    this.payload = new Memory(count * size);
    this.headers = new Memory(count * MMSGHDR_BYTES);
    this.#names = new Memory(count * SOCKADDR_BYTES);
    this.#vectors = new Memory(count * IOVEC_BYTES);
    this.#controls = new Memory(count * CONTROL_BYTES);
    for (let i = 0; i < count; i++) {
      const header = i * MMSGHDR_BYTES;
      this.headers.point(header, this.#names, i * SOCKADDR_BYTES);
      this.headers.view.setUint32(header + 8, SOCKADDR_BYTES, true);
      this.headers.point(header + 16, this.#vectors, i * IOVEC_BYTES);
      this.headers.view.setUint32(header + 24, 1, true);
      this.#vectors.point(i * IOVEC_BYTES, this.payload, i * size);
      this.#vectors.view.setUint32(i * IOVEC_BYTES + 8, size, true);
    }
  }

  /** Makes a slot ready to receive a datagram and its time stamp. */
  vacate(index: number): void {
    const header = index * MMSGHDR_BYTES;
    this.headers.point(header + 32, this.#controls, index * CONTROL_BYTES);
    this.headers.view.setUint32(header + 40, CONTROL_BYTES, true);
  }

  /** Addresses a slot to an IPv4 address (as a number, first byte highest) and says how long its datagram is. */
  send(index: number, to: { readonly address: number; readonly port: number }, length: number): void {
    const name = index * SOCKADDR_BYTES;
    this.#names.view.setUint16(name, AF_INET, true);
    this.#names.view.setUint16(name + 2, to.port);
    this.#names.view.setUint32(name + 4, to.address);
    this.#vectors.view.setUint32(index * IOVEC_BYTES + 8, length, true);
  }

  portOf(index: number): number {
    return this.#names.view.getUint16(index * SOCKADDR_BYTES + 2);
  }

  lengthOf(index: number): number {
    return this.headers.view.getUint32(index * MMSGHDR_BYTES + 56, true);
  }

  /** When the kernel took the datagram, milliseconds of the wall clock with fraction; NaN when it did not say. */
  stampOf(index: number): number {
    if (this.headers.view.getUint32(index * MMSGHDR_BYTES + 40, true) < CONTROL_BYTES) return Number.NaN;
    const at = index * CONTROL_BYTES + CONTROL_DATA;
    const { view } = this.#controls;
    return Number(view.getBigInt64(at, true)) * 1000 + Number(view.getBigInt64(at + 8, true)) / 1e6;
  }
}
