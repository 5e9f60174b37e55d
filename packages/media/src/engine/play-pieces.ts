import { Adapter } from '../codec/transcoder.ts';
import type { CodecName } from '../sdp/settings.ts';
import type { PlaySource } from '../worker/protocol.ts';
import type { ClipOctets } from './clips.ts';

/** A streamed source that gives nothing for so many ticks (5 s) is taken to be at its end: a call must not hang on a disk. */
export const MOST_EMPTY_TICKS = 250;

/** One source under way. Fills `length` bytes at `offset` and returns how many; fewer than asked only at its end. */
export interface Piece {
  fill(into: Uint8Array, offset: number, length: number, codec: CodecName): number;
  close(): void;
}

/** A clip: a slice of shared memory, encoded before. */
export class ClipPiece implements Piece {
  readonly #clip: ClipOctets;
  readonly #adapter = new Adapter();
  #at = 0;

  constructor(clip: ClipOctets) {
    this.#clip = clip;
  }

  fill(into: Uint8Array, offset: number, length: number, codec: CodecName): number {
    const own = this.#clip[codec];
    const clip = own ?? this.#clip.PCMU;
    const filled = Math.min(length, clip.length - this.#at);
    // Byte by byte: `subarray` would make an object for every packet.
    if (own) for (let i = 0; i < filled; i++) into[offset + i] = clip[this.#at + i];
    else this.#widen(clip, filled, into, offset);
    this.#at += filled;
    return filled;
  }

  close(): void {
    this.#at = this.#clip.PCMU.length;
  }

  #widen(clip: Uint8Array, length: number, into: Uint8Array, offset: number): void {
    this.#adapter.between('PCMU', 'G722')?.run(clip, this.#at, length, into, offset);
  }
}

/** So many samples of silence. */
export class SilencePiece implements Piece {
  #left: number;

  constructor(millis: number) {
    this.#left = Math.max(0, Math.round(millis * 8));
  }

  /** The frame is silence already; there is only time to count. */
  fill(_into: Uint8Array, _offset: number, length: number): number {
    const filled = Math.min(length, this.#left);
    this.#left -= filled;
    return filled;
  }

  close(): void {
    this.#left = 0;
  }
}

/** A recording read back. What it has not read yet is silence; it may be in another codec. */
export class TakesPiece implements Piece {
  readonly #source: PlaySource;
  readonly #adapter = new Adapter();
  #emptyTicks = 0;
  #over = false;

  constructor(source: PlaySource) {
    this.#source = source;
  }

  fill(into: Uint8Array, offset: number, length: number, codec: CodecName): number {
    if (this.#over) return 0;
    // Asked for before the octets are: it may change with the next ones.
    const coded = this.#source.codec;
    const read = this.#source.next(into, offset, length);
    this.#emptyTicks = read === 0 ? this.#emptyTicks + 1 : 0;
    if (read < 0 || this.#emptyTicks > MOST_EMPTY_TICKS) {
      this.#over = true;
      return 0;
    }
    this.#adapter.between(coded, codec)?.run(into, offset, read, into, offset);
    return length;
  }

  close(): void {
    this.#over = true;
    this.#source.close();
  }
}
