import { Memory } from './memory.ts';
import type { Native } from './native.ts';
import { ADDRESS_WORDS } from './socket-address.ts';

const BUFFER_BYTES = 2048;
const BUFFER_WORDS = BUFFER_BYTES / 4;
/** The receiver's address comes first. */
const PAYLOAD = 32;
/** Copied byte by byte up to here: a view for a faster copy costs more. */
const SHORT_BYTES = 256;

/** Where datagrams lie from the moment they are ordered until the kernel has taken them. */
export class SendBuffers {
  readonly #memory: Memory;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #payload: bigint;

  constructor(native: Native, count: number) {
    this.#memory = new Memory(native, count * BUFFER_BYTES);
    this.#payload = this.#memory.address + BigInt(PAYLOAD);
    const addresses = Array.from({ length: count }, (_, i) => this.#memory.address + BigInt(i * BUFFER_BYTES));
    this.#low = Uint32Array.from(addresses, address => Number(address & 0xffff_ffffn));
    this.#high = Uint32Array.from(addresses, address => Number(address >> 32n));
  }

  /** Longest datagram. */
  get most(): number {
    return BUFFER_BYTES - PAYLOAD;
  }

  fill(buffer: number, bytes: Uint8Array, length: number, name: Uint32Array): void {
    const { words } = this.#memory;
    const word = buffer * BUFFER_WORDS;
    for (let i = 0; i < ADDRESS_WORDS; i++) words[word + i] = name[i];
    const start = buffer * BUFFER_BYTES + PAYLOAD;
    const into = this.#memory.bytes;
    if (length > SHORT_BYTES) into.set(bytes.subarray(0, length), start);
    else for (let i = 0; i < length; i++) into[start + i] = bytes[i];
  }

  /** Writes the addresses of name and datagram into an order, at the word of its second field (addr2, then addr). */
  point(buffer: number, order: Uint32Array, at: number): void {
    order[at] = this.#low[buffer];
    order[at + 1] = this.#high[buffer];
    // Buffers are aligned to their size: no carry.
    order[at + 2] = this.#low[buffer] + PAYLOAD;
    order[at + 3] = this.#high[buffer];
  }

  /** Where the first buffer's name and datagram are. */
  get name(): bigint {
    return this.#memory.address;
  }

  get payload(): bigint {
    return this.#payload;
  }
}
