import { CONTROL_BYTES } from './arrival-clock.ts';
import { Memory } from './memory.ts';
import type { Native } from './native.ts';
import { ADDRESS_BYTES } from './socket-address.ts';

// struct mmsghdr: name, its length, vectors, their count, control data, its length, flags; then the length of the datagram.
const HEADER_BYTES = 64;
const NAME_LENGTH = 8;
const VECTORS = 16;
const VECTOR_COUNT = 24;
const CONTROL = 32;
const CONTROL_LENGTH = 40;
const FLAGS = 48;
const LENGTH = 56;
const VECTOR_BYTES = 16;
const NAME_BYTES = 32;
const BUFFER_BYTES = 2048;
const MSG_TRUNC = 0x20;

/** Room for the datagrams that one recvmmsg(2) reads. */
export class MessageBatch {
  readonly address: bigint;
  readonly names: Uint32Array;
  /** When they came, as `ArrivalClock` reads it. */
  readonly controls: Uint32Array;
  readonly #headers: Memory;
  readonly #payload: Memory;
  readonly #views: Uint8Array[];

  constructor(native: Native, count: number) {
    this.#headers = new Memory(native, count * HEADER_BYTES);
    this.#payload = new Memory(native, count * BUFFER_BYTES);
    const names = new Memory(native, count * NAME_BYTES);
    const controls = new Memory(native, count * CONTROL_BYTES);
    const vectors = new Memory(native, count * VECTOR_BYTES);
    this.address = this.#headers.address;
    this.names = names.words;
    this.controls = controls.words;
    for (let i = 0; i < count; i++) {
      const header = i * HEADER_BYTES;
      this.#headers.point(header, names, i * NAME_BYTES);
      this.#headers.words[(header + NAME_LENGTH) / 4] = ADDRESS_BYTES;
      this.#headers.point(header + VECTORS, vectors, i * VECTOR_BYTES);
      this.#headers.words[(header + VECTOR_COUNT) / 4] = 1;
      this.#headers.point(header + CONTROL, controls, i * CONTROL_BYTES);
      this.#headers.words[(header + CONTROL_LENGTH) / 4] = CONTROL_BYTES;
      vectors.point(i * VECTOR_BYTES, this.#payload, i * BUFFER_BYTES);
      vectors.words[(i * VECTOR_BYTES) / 4 + 2] = BUFFER_BYTES;
    }
    this.#views = Array.from({ length: count }, (_, i) => this.#view(i, 0));
  }

  /** Where in `names` the sender's address is. */
  nameOf(message: number): number {
    return (message * NAME_BYTES) / 4;
  }

  /** Where in `controls` it says when a message came; to be read before `datagram`. */
  controlOf(message: number): number {
    return (message * CONTROL_BYTES) / 4;
  }

  /** A datagram that was read; undefined when it was too long. Its room is made ready for the next one. */
  datagram(message: number): Uint8Array | undefined {
    const { words } = this.#headers;
    const header = (message * HEADER_BYTES) / 4;
    const truncated = (words[header + FLAGS / 4] & MSG_TRUNC) !== 0;
    words[header + NAME_LENGTH / 4] = ADDRESS_BYTES;
    words[header + CONTROL_LENGTH / 4] = CONTROL_BYTES;
    if (truncated) return undefined;
    const length = words[header + LENGTH / 4];
    const last = this.#views[message];
    if (last.length === length) return last;
    const view = this.#view(message, length);
    this.#views[message] = view;
    return view;
  }

  #view(message: number, length: number): Uint8Array {
    return this.#payload.bytes.subarray(message * BUFFER_BYTES, message * BUFFER_BYTES + length);
  }
}
