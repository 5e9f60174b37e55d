import { ParleyError } from '@parley/base';
import type { Mapping } from './estate.ts';
import { Memory } from './memory.ts';
import type { Native } from './native.ts';

const IO_URING_SETUP = 425;
const IO_URING_ENTER = 426;
const IO_URING_REGISTER = 427;

// struct io_uring_params, in words: what we ask for, and where the kernel put the parts of the rings.
const PARAMS_BYTES = 120;
const SQ_ENTRIES = 0;
const CQ_ENTRIES = 1;
const FLAGS = 2;
const FEATURES = 5;
const SQ_TAIL = 11;
const SQ_ARRAY = 16;
const CQ_HEAD = 20;
const CQ_TAIL = 21;
const CQ_CQES = 25;

const SETUP_CQSIZE = 1 << 3;
/** One entry that fails does not keep the next ones from being tried. */
const SETUP_SUBMIT_ALL = 1 << 7;
const SETUP_SINGLE_ISSUER = 1 << 12;
/** Completions are made within our own calls of `enter` and at no other time: nobody interrupts us for a packet. */
const SETUP_DEFER_TASKRUN = 1 << 13;
const FEAT_SINGLE_MMAP = 1 << 0;
const FEAT_CQE_SKIP = 1 << 11;
const OFFSET_RINGS = 0n;
const OFFSET_SQES = 0x1000_0000n;
const ENTER_GETEVENTS = 1;
const SQE_BYTES = 64;
const SQE_WORDS = SQE_BYTES / 4;
const CQE_WORDS = 4;

/** One io_uring (io_uring(7)): a queue of orders that one system call hands over, and a queue of what came of them. One thread only. */
export class Ring {
  readonly fd: number;
  /** Orders that it holds at most. */
  readonly entries: number;
  /** The orders as words; `order` says where to write. */
  readonly orders: Uint32Array;
  /** What came of them, as words: user data (2), result, flags. */
  readonly results: Int32Array;
  readonly #native: Native;
  readonly #rings: Memory;
  readonly #orders: Memory;
  readonly #tail: number;
  readonly #cqHead: number;
  readonly #cqTail: number;
  readonly #cqes: number;
  readonly #cqMask: number;
  #next = 0;
  #pending = 0;

  /** Throws the system's error: `EPERM` where io_uring is forbidden, `ENOSYS` or `EINVAL` where the kernel is too old (6.1 is needed). */
  constructor(native: Native, entries: number, completions: number) {
    const params = new Memory(native, PARAMS_BYTES);
    params.words[FLAGS] = SETUP_CQSIZE | SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN;
    params.words[CQ_ENTRIES] = completions;
    const { words } = params;
    this.fd = native.calls.syscall(IO_URING_SETUP, entries, params.address, 0n, 0n, 0n, 0n);
    if (this.fd < 0) throw native.lastError('io_uring_setup');
    if ((words[FEATURES] & FEAT_SINGLE_MMAP) === 0 || (words[FEATURES] & FEAT_CQE_SKIP) === 0) {
      native.calls.close(this.fd);
      throw new ParleyError('ENOSYS', 'io_uring of this kernel is too old');
    }
    this.#native = native;
    this.entries = words[SQ_ENTRIES];
    const bytes = Math.max(words[SQ_ARRAY] + this.entries * 4, words[CQ_CQES] + words[CQ_ENTRIES] * CQE_WORDS * 4);
    this.#rings = new Memory(native, bytes, { fd: this.fd, offset: OFFSET_RINGS });
    this.#orders = new Memory(native, this.entries * SQE_BYTES, { fd: this.fd, offset: OFFSET_SQES });
    this.orders = this.#orders.words;
    this.results = new Int32Array(this.#rings.bytes.buffer);
    this.#tail = words[SQ_TAIL] / 4;
    this.#cqHead = words[CQ_HEAD] / 4;
    this.#cqTail = words[CQ_TAIL] / 4;
    this.#cqes = words[CQ_CQES] / 4;
    this.#cqMask = words[CQ_ENTRIES] - 1;
    // Orders are taken in the order they lie in.
    for (let i = 0; i < this.entries; i++) this.#rings.words[words[SQ_ARRAY] / 4 + i] = i;
    params.free();
  }

  /** Where it lies in memory. */
  get mappings(): readonly Mapping[] {
    return [this.#rings, this.#orders];
  }

  /** Orders that are written and not handed over. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * The place of the next order: its number among the entries. It is cleared; the caller fills it in before anything else is done. -1: all are
   * pending and the kernel takes none.
   */
  order(): number {
    if (this.#pending === this.entries) this.enter();
    if (this.#pending === this.entries) return -1;
    const place = this.#next & (this.entries - 1);
    const at = place * SQE_WORDS;
    for (let word = at; word < at + SQE_WORDS; word++) this.orders[word] = 0;
    this.#next = (this.#next + 1) | 0;
    this.#pending += 1;
    return place;
  }

  /** Hands over what is pending and lets the kernel make completions. What it does not take stays pending. */
  enter(): void {
    this.results[this.#tail] = this.#next;
    const { calls } = this.#native;
    const flags = BigInt(ENTER_GETEVENTS);
    const taken = calls.syscall(IO_URING_ENTER, this.fd, BigInt(this.#pending), 0n, flags, 0n, 0n);
    // Refused for the moment (EBUSY, EAGAIN, EINTR): it is asked again.
    if (taken > 0) this.#pending -= taken;
  }

  /** How many completions lie ready; `completion` says where. */
  get ready(): number {
    return (this.results[this.#cqTail] - this.results[this.#cqHead]) | 0;
  }

  /** Where in `results` the oldest completion begins. */
  get completion(): number {
    return this.#cqes + (this.results[this.#cqHead] & this.#cqMask) * CQE_WORDS;
  }

  /** The oldest completion has been seen. */
  seen(): void {
    this.results[this.#cqHead] = (this.results[this.#cqHead] + 1) | 0;
  }

  /** Throws the system's error. */
  register(operation: number, argument: Memory): void {
    const { calls, lastError } = this.#native;
    if (calls.syscall(IO_URING_REGISTER, this.fd, BigInt(operation), argument.address, 1n, 0n, 0n) < 0)
      throw lastError('io_uring_register');
  }

  /** Ends it, and with it every order that stands. It may not be touched afterwards. */
  close(): void {
    this.#rings.free();
    this.#orders.free();
    this.#native.calls.close(this.fd);
  }
}
