import { Adapter } from '../codec/transcoder.ts';
import type { CodecName } from '../sdp/settings.ts';
import type { PlaySource } from '../worker/protocol.ts';
import type { ClipOctets } from './clips.ts';
import { FRAME_OCTETS, type Sheet } from './sheet.ts';

/** A streamed source that gives nothing for so many ticks (5 s) is taken to be at its end: a call must not hang on a disk. */
export const MOST_EMPTY_TICKS = 250;

/** One source under way. Fills a frame from octet `at` on and returns how many; fewer than there are left only at its end. */
export interface Piece {
  fill(sheet: Sheet, at: number): number;
  close(): void;
}

/** A clip: a slice of shared memory, encoded before. */
export class ClipPiece implements Piece {
  readonly #clip: ClipOctets;
  #at = 0;

  constructor(clip: ClipOctets) {
    this.#clip = clip;
  }

  fill(sheet: Sheet, at: number): number {
    const { codec, octets } = sheet;
    const own = this.#clip[codec];
    const clip = own ?? this.#clip.PCMU;
    const filled = Math.min(FRAME_OCTETS - at, clip.length - this.#at);
    // Byte by byte: `subarray` would make an object for every packet.
    if (codec !== 'G722') for (let i = 0; i < filled; i++) octets[at + i] = clip[this.#at + i];
    else {
      if (this.#at === 0) sheet.ear.begin();
      sheet.ear.hear(own ? 'G722' : 'PCMU', { bytes: clip, offset: this.#at, length: filled }, sheet.samples, at);
    }
    this.#at += filled;
    return filled;
  }

  close(): void {
    this.#at = this.#clip.PCMU.length;
  }
}

/** So many samples of silence. */
export class SilencePiece implements Piece {
  #left: number;

  constructor(millis: number) {
    this.#left = Math.max(0, Math.round(millis * 8));
  }

  /** The frame is silence already but for what is left of the sound before; there is only time to count. */
  fill(sheet: Sheet, at: number): number {
    const filled = Math.min(FRAME_OCTETS - at, this.#left);
    sheet.pause(at);
    this.#left -= filled;
    return filled;
  }

  close(): void {
    this.#left = 0;
  }
}

/** A recording read back. What it has not read yet is silence; it may be in another codec, even from one take to the next. */
export class TakesPiece implements Piece {
  readonly #source: PlaySource;
  readonly #adapter = new Adapter();
  readonly #read = new Uint8Array(FRAME_OCTETS);
  #begun = false;
  #emptyTicks = 0;
  #over = false;

  constructor(source: PlaySource) {
    this.#source = source;
  }

  fill(sheet: Sheet, at: number): number {
    let end = at;
    while (end < FRAME_OCTETS && !this.#over) {
      const said = this.#silence(sheet, end) || this.#sound(sheet, end);
      if (said === 0) break;
      end += said;
    }
    this.#emptyTicks = end === at ? this.#emptyTicks + 1 : 0;
    if (this.#emptyTicks > MOST_EMPTY_TICKS) this.#over = true;
    if (this.#over) return end - at;
    sheet.pause(end);
    return FRAME_OCTETS - at;
  }

  close(): void {
    this.#over = true;
    this.#source.close();
  }

  /** What is missing of the recording, or was not worth sending: octets for silence would be a change to a decoder of G.722, and a loud one. */
  #silence(sheet: Sheet, at: number): number {
    const length = this.#source.pause(FRAME_OCTETS - at);
    if (length > 0) sheet.pause(at, at + length);
    return length;
  }

  /** Returns how much that was, 0 when nothing is there yet or any more. */
  #sound(sheet: Sheet, at: number): number {
    // Asked for before the octets are: it may change with the next ones.
    const coded = this.#source.codec;
    const length = this.#source.next(this.#read, 0, FRAME_OCTETS - at);
    if (length < 0) this.#over = true;
    if (length <= 0) return 0;
    this.#say(coded, length, sheet, at);
    return length;
  }

  #say(coded: CodecName, length: number, sheet: Sheet, at: number): void {
    const { codec, octets, samples } = sheet;
    if (codec === 'G722') {
      if (!this.#begun) sheet.ear.begin();
      this.#begun = true;
      sheet.ear.hear(coded, { bytes: this.#read, offset: 0, length }, samples, at);
      return;
    }
    const transcoder = this.#adapter.between(coded, codec);
    if (transcoder) transcoder.run(this.#read, 0, length, octets, at);
    else for (let i = 0; i < length; i++) octets[at + i] = this.#read[i];
  }
}
