import { type Cipheriv, createCipheriv } from 'node:crypto';
import { LONGEST_PACKET, type PacketPlace } from './packet-cipher.ts';

const BLOCK_BYTES = 16;
/** What a packet of 20 ms of G.711 takes, and some more; it grows when a longer one has been authenticated. */
const FIRST_BLOCKS = 12;

/**
 * AES in counter mode as RFC 3711 section 4.1.1 has it. A cipher of Node's in counter mode cannot be given another start, and a new one a packet costs four times as
 * much as the encryption: so the counters are written here, and one cipher that encrypts block by block is kept open. `update` keeps nothing back with whole blocks.
 */
export class Keystream {
  readonly #cipher: Cipheriv;
  readonly #salt = new Uint8Array(BLOCK_BYTES);
  #counters = Buffer.alloc(FIRST_BLOCKS * BLOCK_BYTES);

  /** @param key 16 or 32 bytes. @param salt 14 bytes. */
  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    this.#salt.set(salt);
  }

  /** Encrypts or decrypts the part of the packet between `start` and `end` (the same operation), at most 2048 bytes. */
  apply(bytes: Uint8Array, place: Readonly<PacketPlace>): void {
    const { start, end } = place;
    if (end <= start) return;
    const blocks = Math.ceil((end - start) / BLOCK_BYTES);
    this.#count(blocks, place);
    const size = blocks * BLOCK_BYTES;
    const counters = this.#counters;
    const stream = this.#cipher.update(size === counters.length ? counters : counters.subarray(0, size));
    for (let at = start, i = 0; at < end; at++, i++) bytes[at] ^= stream[i];
  }

  /** Counter block n: (salt, with the source at byte 4 and the index at byte 8 added without carry), then n in 16 bits. */
  #count(blocks: number, { ssrc, index }: Readonly<PacketPlace>): void {
    if (blocks * BLOCK_BYTES > this.#counters.length) this.#counters = Buffer.alloc(LONGEST_PACKET);
    const counters = this.#counters;
    const salt = this.#salt;
    counters.set(salt);
    for (let i = 0; i < 4; i++) counters[4 + i] ^= ssrc >>> (24 - 8 * i);
    const high = Math.floor(index / 2 ** 32);
    counters[8] ^= high >>> 8;
    counters[9] ^= high;
    for (let i = 0; i < 4; i++) counters[10 + i] ^= index >>> (24 - 8 * i);
    for (let block = 0, at = 0; block < blocks; block++, at += BLOCK_BYTES) {
      if (block > 0) for (let i = 0; i < 14; i++) counters[at + i] = counters[i];
      counters[at + 14] = block >>> 8;
      counters[at + 15] = block;
    }
  }
}
