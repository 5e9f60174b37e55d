const BLOCK_BYTES = 64;
const DIGEST_WORDS = 5;

/**
 * HMAC-SHA1 (RFC 2104, FIPS 180-4) of one key over many short messages. Written here because a packet is four or five blocks, and what Node's own costs
 * to be called is twice what the blocks cost; the two states that depend on the key only are worked out once. No step depends on the values of the data.
 */
export class HmacSha1 {
  /** The last digest, five words. */
  readonly digest = new Int32Array(DIGEST_WORDS);
  readonly #inner = new Int32Array(DIGEST_WORDS);
  readonly #outer = new Int32Array(DIGEST_WORDS);
  readonly #schedule = new Int32Array(80);
  /** The end of a message with its padding: one block or two. */
  readonly #tail = new Uint8Array(2 * BLOCK_BYTES);

  /** @param key at most 64 bytes; that of SRTP has 20. */
  constructor(key: Uint8Array) {
    this.#begin(this.#inner, key, 0x36);
    this.#begin(this.#outer, key, 0x5c);
  }

  /** Authenticates the first `length` bytes and a word of 32 bits after them; the result is in `digest`. */
  sign(bytes: Uint8Array, length: number, word: number): void {
    const { digest } = this;
    digest.set(this.#inner);
    let at = 0;
    for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) this.#compress(digest, bytes, at);
    const tail = this.#tail;
    tail.fill(0);
    let end = 0;
    for (; at < length; at++) tail[end++] = bytes[at];
    putWord(tail, end, word);
    this.#finish(end + 4, BLOCK_BYTES + length + 4);
    tail.fill(0);
    for (let i = 0; i < DIGEST_WORDS; i++) putWord(tail, 4 * i, digest[i]);
    digest.set(this.#outer);
    this.#finish(4 * DIGEST_WORDS, BLOCK_BYTES + 4 * DIGEST_WORDS);
  }

  /** Writes the first `count` bytes of the digest. */
  writeTag(bytes: Uint8Array, at: number, count: number): void {
    for (let i = 0; i < count; i++) bytes[at + i] = this.digest[i >> 2] >>> (24 - 8 * (i & 3));
  }

  /** Whether the first `count` bytes of the digest stand there; it takes the same time wherever they differ. */
  isTag(bytes: Uint8Array, at: number, count: number): boolean {
    let difference = 0;
    for (let i = 0; i < count; i++) difference |= bytes[at + i] ^ ((this.digest[i >> 2] >>> (24 - 8 * (i & 3))) & 0xff);
    return difference === 0;
  }

  #begin(state: Int32Array, key: Uint8Array, pad: number): void {
    const block = new Uint8Array(BLOCK_BYTES).fill(pad);
    for (let i = 0; i < key.length; i++) block[i] ^= key[i];
    state.set([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
    this.#compress(state, block, 0);
  }

  /** Pads the tail (of `end` bytes, of a message of `total` bytes) and takes it in. */
  #finish(end: number, total: number): void {
    const tail = this.#tail;
    tail[end] = 0x80;
    const blocks = end + 9 <= BLOCK_BYTES ? 1 : 2;
    putWord(tail, blocks * BLOCK_BYTES - 4, total * 8);
    for (let i = 0; i < blocks; i++) this.#compress(this.digest, tail, i * BLOCK_BYTES);
  }

  /** FIPS 180-4 section 6.1.2, one block. The four loops differ in their function and constant; as one loop with a choice in it it takes twice as long. */
  #compress(state: Int32Array, bytes: Uint8Array, from: number): void {
    const w = this.#schedule;
    for (let i = 0, at = from; i < 16; i++, at += 4)
      w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    for (let i = 16; i < 80; i++) {
      const x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
      w[i] = (x << 1) | (x >>> 31);
    }
    let [a, b, c, d, e] = [state[0], state[1], state[2], state[3], state[4]];
    for (let i = 0; i < 20; i++) {
      const t = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + w[i] + 0x5a827999) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = t;
    }
    for (let i = 20; i < 40; i++) {
      const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + w[i] + 0x6ed9eba1) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = t;
    }
    for (let i = 40; i < 60; i++) {
      const t = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + w[i] + 0x8f1bbcdc) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = t;
    }
    for (let i = 60; i < 80; i++) {
      const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + w[i] + 0xca62c1d6) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = t;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
  }
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}
