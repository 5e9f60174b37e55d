import { CONTROL_BYTES } from './arrival-clock.ts';
import { Memory } from './memory.ts';
import type { Native } from './native.ts';
import type { Ring } from './ring.ts';
import { ADDRESS_BYTES } from './socket-address.ts';

const REGISTER_PBUF_RING = 22;
const REGISTRATION_BYTES = 40;
const ENTRY_BYTES = 16;
/** The kernel reads how many buffers there are from the last two bytes of the first entry. */
const TAIL = 7;
/** struct io_uring_recvmsg_out, then the sender's address, then when it came, then the datagram. */
const HEAD_BYTES = 16;
const ADDRESS_WORD = HEAD_BYTES / 4;
const FLAGS_WORD = 3;
const MSG_TRUNC = 0x20;
const CONTROL = HEAD_BYTES + ADDRESS_BYTES;
const CONTROL_WORD = CONTROL / 4;
const PAYLOAD = CONTROL + CONTROL_BYTES;

/** A datagram of Ethernet and everything before it. */
const BUFFER_BYTES = 2048;
const BUFFER_WORDS = BUFFER_BYTES / 4;

/** The buffers that the kernel puts datagrams into, whichever socket they come to (io_uring's "provided buffer ring"). */
export class ReceiveBuffers {
  /** What the kernel may use of a sender's address. */
  readonly nameBytes = ADDRESS_BYTES;
  /** And of what it says about a datagram. */
  readonly controlBytes = CONTROL_BYTES;
  readonly words: Uint32Array;
  readonly #payload: Memory;
  readonly #ring: Memory;
  readonly #count: number;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  /** The view of each buffer's last datagram: those of a call are all of one length, so that hardly a view is made. */
  readonly #views: Uint8Array[];
  #tail = 0;

  /** @param count a power of two, up to 32,768. Throws the system's error where the kernel knows no such ring. */
  constructor(native: Native, ring: Ring, count: number) {
    this.#count = count;
    this.#payload = new Memory(native, count * BUFFER_BYTES);
    this.#ring = new Memory(native, count * ENTRY_BYTES);
    this.words = this.#payload.words;
    const addresses = Array.from({ length: count }, (_, i) => this.#payload.address + BigInt(i * BUFFER_BYTES));
    this.#low = Uint32Array.from(addresses, address => Number(address & 0xffff_ffffn));
    this.#high = Uint32Array.from(addresses, address => Number(address >> 32n));
    this.#views = addresses.map((_, i) => this.#view(i, 0));
    const registration = new Memory(native, REGISTRATION_BYTES);
    registration.point(0, this.#ring);
    registration.words[2] = count;
    ring.register(REGISTER_PBUF_RING, registration);
    registration.free();
    for (let i = 0; i < count; i++) this.give(i);
    this.publish();
  }

  /** A buffer is the kernel's again, after `publish`. */
  give(buffer: number): void {
    const place = this.#tail & (this.#count - 1);
    const { words, halves } = this.#ring;
    words[place * 4] = this.#low[buffer];
    words[place * 4 + 1] = this.#high[buffer];
    words[place * 4 + 2] = BUFFER_BYTES;
    halves[place * 8 + 6] = buffer;
    this.#tail = (this.#tail + 1) & 0xffff;
  }

  publish(): void {
    this.#ring.halves[TAIL] = this.#tail;
  }

  /** Where in `words` the sender's address is. */
  addressOf(buffer: number): number {
    return buffer * BUFFER_WORDS + ADDRESS_WORD;
  }

  /** Where in `words` it says when the datagram came. */
  controlOf(buffer: number): number {
    return buffer * BUFFER_WORDS + CONTROL_WORD;
  }

  /** The datagram; undefined when it was too long for a buffer. @param bytes what the kernel says it wrote, all in all. */
  datagram(buffer: number, bytes: number): Uint8Array | undefined {
    if ((this.words[buffer * BUFFER_WORDS + FLAGS_WORD] & MSG_TRUNC) !== 0) return undefined;
    const length = Math.max(0, bytes - PAYLOAD);
    const last = this.#views[buffer];
    if (last.length === length) return last;
    const view = this.#view(buffer, length);
    this.#views[buffer] = view;
    return view;
  }

  #view(buffer: number, length: number): Uint8Array {
    const start = buffer * BUFFER_BYTES + PAYLOAD;
    return this.#payload.bytes.subarray(start, start + length);
  }
}
