import { type Cipheriv, createCipheriv } from 'node:crypto';
import type { PacketPlace } from './packet-cipher.ts';

const BLOCK_BYTES = 16;
/** Where the number of a packet and the number of a block within it stand in a counter block. */
const SSRC_AT = 4;
const INDEX_AT = 8;
const BLOCK_AT = 14;

/**
 * AES in counter mode as RFC 3711 section 4.1.1 has it. A cipher of Node's in counter mode cannot be given another start, and a new one a packet costs four times as
 * much as the encryption: so the counters are written here, and one cipher that encrypts block by block is kept open. `update` keeps nothing back with whole blocks.
 *
 * It does the packets to come along with the one that is asked for: what they are encrypted with does not depend on what is in them, and each `update` makes a
 * buffer outside of the heap, whose freeing is most of what the garbage collector does with a thousand calls.
 */
export class Keystream {
  readonly #cipher: Cipheriv;
  readonly #salt = new Uint8Array(BLOCK_BYTES);
  readonly #packets: number;
  /** Blocks a packet: what the longest so far took. */
  #blocks = 0;
  #counters = new Uint8Array(0);
  /** Of `#packets` packets of the source `#ssrc`, beginning with index `#first`. */
  #stream = new Uint8Array(0);
  #ssrc = -1;
  #first = -1;

  /** @param key 16 or 32 bytes. @param salt 14 bytes. @param packets of so many packets at a time. */
  constructor(key: Uint8Array, salt: Uint8Array, packets: number) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    this.#salt.set(salt);
    this.#packets = packets;
  }

  /** Encrypts or decrypts the part of the packet between `start` and `end` (the same operation), at most `LONGEST_PACKET` bytes. */
  apply(bytes: Uint8Array, place: Readonly<PacketPlace>): void {
    const { start, end, ssrc, index } = place;
    if (end <= start) return;
    const blocks = Math.ceil((end - start) / BLOCK_BYTES);
    if (blocks > this.#blocks || ssrc !== this.#ssrc) this.#begin(Math.max(blocks, this.#blocks), ssrc);
    if (this.#first < 0 || index < this.#first || index >= this.#first + this.#packets) this.#fill(index);
    const stream = this.#stream;
    let from = (index - this.#first) * this.#blocks * BLOCK_BYTES;
    for (let at = start; at < end; at++) bytes[at] ^= stream[from++];
  }

  /** Writes what all counter blocks of a source have: (salt, with the source at byte 4 added without carry), and n in the last 16 bits. */
  #begin(blocks: number, ssrc: number): void {
    if (blocks !== this.#blocks) {
      this.#blocks = blocks;
      const size = this.#packets * blocks * BLOCK_BYTES;
      this.#counters = new Uint8Array(size);
      this.#stream = new Uint8Array(size);
    }
    this.#ssrc = ssrc;
    this.#first = -1;
    const counters = this.#counters;
    for (let at = 0, block = 0; at < counters.length; at += BLOCK_BYTES, block++) {
      counters.set(this.#salt, at);
      for (let i = 0; i < 4; i++) counters[at + SSRC_AT + i] ^= ssrc >>> (24 - 8 * i);
      const n = block % blocks;
      counters[at + BLOCK_AT] = n >>> 8;
      counters[at + BLOCK_AT + 1] = n;
    }
  }

  /** Goes on to the packets from `index`: 48 bits, added to the salt at byte 8 without carry. */
  #fill(first: number): void {
    const counters = this.#counters;
    const salt = this.#salt;
    const step = this.#blocks * BLOCK_BYTES;
    for (let packet = 0, begin = INDEX_AT; packet < this.#packets; packet++, begin += step) {
      const index = first + packet;
      const high = Math.floor(index / 2 ** 32);
      const [b0, b1] = [salt[8] ^ (high >>> 8), salt[9] ^ high];
      const [b2, b3, b4, b5] = [
        salt[10] ^ (index >>> 24),
        salt[11] ^ (index >>> 16),
        salt[12] ^ (index >>> 8),
        salt[13] ^ index,
      ];
      for (let at = begin; at < begin + step; at += BLOCK_BYTES) {
        counters[at] = b0;
        counters[at + 1] = b1;
        counters[at + 2] = b2;
        counters[at + 3] = b3;
        counters[at + 4] = b4;
        counters[at + 5] = b5;
      }
    }
    // Copied, so that what `update` made is garbage at once: buffers that are kept while the next collection passes are the dear ones.
    this.#stream.set(this.#cipher.update(counters));
    this.#first = first;
  }
}
