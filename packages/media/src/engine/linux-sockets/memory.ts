import type { Native } from './native.ts';

const READ_WRITE = 1 | 2;
const MAP_SHARED = 0x1;
const MAP_PRIVATE = 0x2;
const MAP_ANONYMOUS = 0x20;
const MAP_POPULATE = 0x8000;
const MAP_FAILED = 2n ** 64n - 1n;

/** A mapping of a file descriptor. */
export interface MappedFile {
  readonly fd: number;
  readonly offset: bigint;
}

/**
 * Memory of C, whole pages of it: it does not move, and a thread that dies does not give it back, so that the kernel may write to it whatever
 * becomes of the thread. Only `free` does; what packets go through is never freed (some 8 MB for a thread that dies), because a view of it that
 * somebody kept would end the process.
 */
export class Memory {
  readonly address: bigint;
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
  readonly #native: Native;

  /** Throws the system's error (`ENOMEM`, ...). */
  constructor(native: Native, size: number, file?: MappedFile) {
    const flags = file ? MAP_SHARED | MAP_POPULATE : MAP_PRIVATE | MAP_ANONYMOUS;
    const address = native.calls.mmap(0n, BigInt(size), READ_WRITE, flags, file?.fd ?? -1, file?.offset ?? 0n);
    if (address === MAP_FAILED) throw native.lastError('mmap');
    const buffer = native.view(address, size);
    this.#native = native;
    this.size = size;
    this.address = address;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.halves = new Uint16Array(buffer);
  }

  /** Writes the address of a place in `to` at a multiple of 8 bytes. */
  point(at: number, to: Memory, offset = 0): void {
    const address = to.address + BigInt(offset);
    this.words[at / 4] = Number(address & 0xffff_ffffn);
    this.words[at / 4 + 1] = Number(address >> 32n);
  }

  /** Nobody may touch it afterwards, nor any view of it: that would end the process. */
  free(): void {
    this.#native.calls.munmap(this.address, BigInt(this.size));
  }
}
