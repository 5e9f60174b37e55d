import { field } from './bytes.ts';

const HEADER_BYTES = 12;
/** Longest message that is put together: a certificate of RSA has 1,500, a ClientHello with keys that no quantum computer breaks 2,000. */
const LONGEST_MESSAGE = 8192;
/** Messages that are collected at a time, and their bytes altogether. */
const WINDOW = 4;
const MOST_BYTES = 2 * LONGEST_MESSAGE;
/** Fragments of one record that are looked at. */
const MOST_FRAGMENTS = 8;

/** A part of a handshake message (RFC 6347 section 4.2.2), or all of it. */
export interface Fragment {
  readonly type: number;
  /** Of the whole message. */
  readonly length: number;
  /** `message_seq`. */
  readonly number: number;
  readonly offset: number;
  readonly piece: Uint8Array;
}

/** A whole message. */
export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
  /** As it counts for the hashes of a handshake: in one piece, with its header (section 4.2.6). */
  readonly whole: Uint8Array;
}

/** The fragments in a record, up to the first that cannot be. */
export function fragmentsOf(content: Uint8Array): Fragment[] {
  const fragments: Fragment[] = [];
  for (let at = 0; at + HEADER_BYTES <= content.length && fragments.length < MOST_FRAGMENTS; ) {
    const number24 = (from: number) =>
      (content[at + from] << 16) | (content[at + from + 1] << 8) | content[at + from + 2];
    const [length, offset, size] = [number24(1), number24(6), number24(9)];
    const end = at + HEADER_BYTES + size;
    if (end > content.length || offset + size > length || length > LONGEST_MESSAGE) break;
    const number = (content[at + 4] << 8) | content[at + 5];
    fragments.push({ type: content[at], length, number, offset, piece: content.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return fragments;
}

/** A message in one fragment. */
export function handshakeMessage(type: number, number: number, body: Uint8Array): HandshakeMessage {
  const length = field(3, body.length);
  const head = [field(1, type), length, field(2, number), field(3, 0), length];
  return { type, body, whole: Buffer.concat([...head, body]) };
}

interface Partial {
  readonly type: number;
  readonly body: Uint8Array;
  readonly have: Uint8Array;
  missing: number;
}

/** Puts messages together, in whatever order and pieces they come, and gives them out in theirs. */
export class Assembler {
  /** Fragments came that contradict each other: somebody forges them. */
  contradicted = false;
  readonly #partials = new Map<number, Partial>();
  #next: number;
  #bytes = 0;

  /** @param first the number of the first message. */
  constructor(first: number) {
    this.#next = first;
  }

  add({ type, length, number, offset, piece }: Fragment): void {
    if (number < this.#next || number >= this.#next + WINDOW) return;
    const partial = this.#partials.get(number) ?? this.#begin(type, length, number);
    if (!partial) return;
    if (partial.type !== type || partial.body.length !== length) {
      this.contradicted = true;
      return;
    }
    for (let i = 0; i < piece.length; i++) {
      if (partial.have[offset + i] === 1) continue;
      partial.have[offset + i] = 1;
      partial.body[offset + i] = piece[i];
      partial.missing -= 1;
    }
  }

  /** The next message, when all of it is there. */
  take(): HandshakeMessage | undefined {
    const partial = this.#partials.get(this.#next);
    if (!partial || partial.missing > 0) return undefined;
    this.#partials.delete(this.#next);
    this.#bytes -= partial.body.length;
    return handshakeMessage(partial.type, this.#next++, partial.body);
  }

  #begin(type: number, length: number, number: number): Partial | undefined {
    if (this.#bytes + length > MOST_BYTES) return undefined;
    this.#bytes += length;
    const partial = { type, body: new Uint8Array(length), have: new Uint8Array(length), missing: length };
    this.#partials.set(number, partial);
    return partial;
  }
}
