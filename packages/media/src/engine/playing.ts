import type { CodecName } from '../sdp/settings.ts';
import type { AudioSource, Recorder } from '../worker/protocol.ts';
import type { Clips } from './clips.ts';
import { ClipPiece, type Piece, SilencePiece, TakesPiece } from './play-pieces.ts';

/** Where a play finds what its sources name. */
export interface SourceShelf {
  readonly clips: Clips;
  readonly recorder: Recorder;
}

/** Several sources said in one breath, without a pause between them; with `loop` again and again. */
export class Playing {
  readonly #sources: readonly AudioSource[];
  readonly #shelf: SourceShelf;
  readonly #loop: boolean;
  #index = 0;
  /** Whether anything was said since the first source: a loop of nothing would never end a tick. */
  #fruitful = false;
  #piece: Piece | undefined;
  /** Clips that were asked for and are not there. */
  missing = 0;

  constructor(sources: readonly AudioSource[], shelf: SourceShelf, loop = false) {
    this.#sources = sources;
    this.#shelf = shelf;
    this.#loop = loop;
  }

  /** Fills `length` bytes at `offset`, which hold silence before; returns how many, fewer only at the end. */
  fill(into: Uint8Array, offset: number, length: number, codec: CodecName): number {
    let filled = 0;
    while (filled < length) {
      this.#piece ??= this.#open();
      if (!this.#piece) break;
      const more = this.#piece.fill(into, offset + filled, length - filled, codec);
      filled += more;
      if (more > 0) this.#fruitful = true;
      if (filled < length) this.#leave();
    }
    return filled;
  }

  close(): void {
    this.#leave();
    this.#index = this.#sources.length;
    this.#fruitful = false;
  }

  #leave(): void {
    this.#piece?.close();
    this.#piece = undefined;
  }

  #open(): Piece | undefined {
    const piece = this.#following();
    if (piece || !this.#loop || !this.#fruitful) return piece;
    this.#fruitful = false;
    this.#index = 0;
    return this.#following();
  }

  #following(): Piece | undefined {
    while (this.#index < this.#sources.length) {
      const source = this.#sources[this.#index++];
      if (source.kind === 'silence') return new SilencePiece(source.millis);
      if (source.kind === 'takes') return new TakesPiece(this.#shelf.recorder.play(source.draft, source.takes));
      const clip = this.#shelf.clips.get(source.clip);
      if (clip) return new ClipPiece(clip);
      this.missing += 1;
    }
    return undefined;
  }
}
