import type { AudioSource, Recorder } from '../worker/protocol.ts';
import type { Clips } from './clips.ts';
import { ClipPiece, type Piece, SilencePiece, TakesPiece } from './play-pieces.ts';
import { FRAME_OCTETS, type Sheet } from './sheet.ts';

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

  /** Fills a frame, which holds silence before, from octet `from` on; returns how many, fewer than there are only at the end. */
  fill(sheet: Sheet, from: number): number {
    let at = from;
    while (at < FRAME_OCTETS) {
      this.#piece ??= this.#open();
      if (!this.#piece) break;
      const more = this.#piece.fill(sheet, at);
      at += more;
      if (more > 0) this.#fruitful = true;
      if (at < FRAME_OCTETS) this.#leave();
    }
    return at - from;
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
