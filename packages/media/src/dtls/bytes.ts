/** Reads the fields of a message in order. Reading past its end gives nothing and is remembered; the one who reads asks once, at the end. */
export class FieldReader {
  /** Whether all that was read was there. */
  ok = true;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** A number of so many bytes. */
  number(size: 1 | 2 | 3): number {
    let value = 0;
    for (const byte of this.take(size)) value = value * 256 + byte;
    return value;
  }

  take(count: number): Uint8Array {
    if (count > this.left) {
      this.ok = false;
      return this.#bytes.subarray(0, 0);
    }
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** What a length of `size` bytes stands before. */
  vector(size: 1 | 2 | 3): Uint8Array {
    return this.take(this.number(size));
  }
}

/** The numbers of two bytes in a list; empty when it has an odd byte. */
export function wordsOf(list: Uint8Array): number[] {
  if (list.length % 2 !== 0) return [];
  return Array.from({ length: list.length / 2 }, (_, i) => (list[2 * i] << 8) | list[2 * i + 1]);
}

/** A number in the order of the network. */
export function field(size: 1 | 2 | 3, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

/** Parts with their length before them. */
export function vector(size: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([field(size, body.length), body]);
}
