import { type Log, messageOf } from '@parley/base';
import type { ItemTake } from '../item.ts';
import type { RecordReader } from '../log/record-reader.ts';
import { type AudioCodec, type AudioPiece, SAMPLES_PER_MILLI, TakeCursor } from '../record/audio.ts';

/** Pieces held ready: about two seconds. */
const AHEAD = 8;

/** Gets a record's body from memory, if it is still there; the bytes may change after this turn. */
export type Peek = (place: number) => Buffer | undefined;

/**
 * "Listen to your message": reads takes back through their index, ahead of what is asked for, so that nobody on the 20 ms clock
 * ever waits for a disk. Fits media's `PlaySource`.
 */
export class PlayBack {
  readonly #reader: RecordReader;
  readonly #peek: Peek;
  readonly #log: Log;
  #ready: AudioPiece[] = [];
  #at = 0;
  #codec: AudioCodec;
  #ended = false;
  #closed = false;
  #wake = Promise.withResolvers<void>();

  constructor(takes: readonly ItemTake[], from: { reader: RecordReader; peek: Peek; log: Log; codec: AudioCodec }) {
    this.#reader = from.reader;
    this.#peek = from.peek;
    this.#log = from.log;
    this.#codec = from.codec;
    this.#run(takes).catch(error => {
      this.#log.warn('message not played back', { message: messageOf(error) });
      this.#ended = true;
    });
  }

  /** Codec of the bytes that the next `next` returns; it changes only between two takes. */
  get codec(): AudioCodec {
    const first = this.#ready[0];
    return first?.kind === 'audio' ? first.codec : this.#codec;
  }

  /** Takes up to `most` octets of the gap that comes next; 0 when there is none. */
  pause(most: number): number {
    const piece = this.#ready[0];
    if (piece?.kind !== 'gap') return 0;
    const size = Math.round(piece.millis * SAMPLES_PER_MILLI);
    const taken = Math.min(most, size - this.#at);
    this.#advance(taken, size);
    return taken;
  }

  /** Fills up to `length` bytes; fewer: not read yet, or a gap or a change of codec comes; -1: the end. */
  next(into: Uint8Array, offset: number, length: number): number {
    let done = 0;
    while (done < length && this.#ready.length > 0) {
      const piece = this.#ready[0];
      if (piece.kind === 'gap' || (piece.codec !== this.#codec && done > 0)) break;
      this.#codec = piece.codec;
      done += this.#take(piece.bytes, into, { at: offset + done, most: length - done });
    }
    if (done === 0 && this.#ended && this.#ready.length === 0 && length > 0) return -1;
    return done;
  }

  close(): void {
    this.#closed = true;
    this.#ready = [];
    this.#wake.resolve();
  }

  #take(bytes: Uint8Array, into: Uint8Array, room: { at: number; most: number }): number {
    const taken = Math.min(room.most, bytes.length - this.#at);
    for (let i = 0; i < taken; i++) into[room.at + i] = bytes[this.#at + i];
    this.#advance(taken, bytes.length);
    return taken;
  }

  #advance(taken: number, size: number): void {
    this.#at += taken;
    if (this.#at < size) return;
    this.#ready.shift();
    this.#at = 0;
    if (this.#ready.length < AHEAD) this.#wake.resolve();
  }

  async #run(takes: readonly ItemTake[]): Promise<void> {
    try {
      for (const take of takes) await this.#read(take);
    } finally {
      this.#ended = true;
      await this.#reader.close();
    }
  }

  async #read(take: ItemTake): Promise<void> {
    const cursor = new TakeCursor(take.keepMillis);
    for (const place of take.refs) {
      if (cursor.done || this.#closed) return;
      while (this.#ready.length >= AHEAD && !this.#closed) {
        this.#wake = Promise.withResolvers<void>();
        await this.#wake.promise;
      }
      const body = this.#peek(place) ?? (await this.#reader.read(place));
      // Copied, since both come from buffers that are used again.
      if (body && !this.#closed) this.#ready.push(...cursor.pieces(Buffer.from(body)));
    }
  }
}
