import { energyTable } from '../codec/g711.ts';
import { silenceByte } from '../codec/silence.ts';
import type { CodecName } from '../sdp/settings.ts';
import { fade } from './fade.ts';

const FRAME = 160;
/** Longer than what may wait and the longest packet together; a power of two, so that a timestamp is a place in it. */
const RING = 1024;
const MASK = RING - 1;
/** Octets that may wait, 40 ms: 20 ms before a packet, and up to 20 ms until the next tick. */
export const MOST_WAITING = 320;
/** A timestamp this far before the newest one is on another timeline, not late. */
const BACK = 4000;
/** Frames that are made up in place of lost ones, fainter each time; more would be heard as a hum. */
const MOST_MADE_UP = 3;
/** When a whole frame more than needed waited for a second, the next quiet one is left out: before a fast clock makes it a frame in a word. */
const READS_TO_SPARE = 50;
/** Who was tardy gets a frame of grace in the next pause, and keeps it until ten minutes went by without need of it. */
const READS_OF_GRACE = 30_000;
/** Sum of squares of a frame at -48 dB below a sine of full scale. */
const QUIET = FRAME * (32768 ** 2 / 2) * 10 ** -4.8;

/**
 * What one session says, on its way to somebody who speaks on a clock of his own: packets are put in order by their timestamps, at most 40 ms wait, and
 * one frame is taken at each tick. What is missing when it is due is made up for; what comes too late to be said in time is left out, so the delay never
 * grows. A skewed clock costs a frame every few minutes, in a pause of the speaker where
 * that can be seen. Nothing is allocated for a packet.
 */
export class Feed {
  /** Octets that were made up, that came after their place was given up, and that were left out because too many waited. */
  madeUp = 0;
  late = 0;
  skipped = 0;
  /** 160 octets of the source's codec: what the last `read` took. */
  readonly frame = new Uint8Array(FRAME);
  readonly #ring = new Uint8Array(RING);
  /** Which places of the ring hold something. */
  readonly #there = new Uint8Array(RING);
  readonly #last = new Uint8Array(FRAME);
  #codec: CodecName;
  /** RTP timestamps of the next octet to take, and of the one behind the newest. */
  #next = 0;
  #end = 0;
  #begun = false;
  /** Octets that the taker got something else for since the ring ran dry. */
  #owed = 0;
  /** Reads in a row that left a whole frame. */
  #spare = 0;
  /** The ring ran dry though nothing was lost: the sender's clock is slow, or the network is. */
  #tardy = false;
  /** Frames in a row that were not whole. */
  #short = MOST_MADE_UP;

  constructor(codec: CodecName) {
    this.#codec = codec;
    this.#last.fill(silenceByte(codec));
  }

  get codec(): CodecName {
    return this.#codec;
  }

  /** What waits is in the old codec, and is forgotten. */
  set codec(codec: CodecName) {
    if (codec === this.#codec) return;
    this.#codec = codec;
    this.#begun = false;
    this.#there.fill(0);
    this.#quieten();
  }

  /** Octets that wait. */
  get waiting(): number {
    return this.#begun ? (this.#end - this.#next) | 0 : 0;
  }

  /** A packet's audio, at most 60 ms, in any order. */
  write(bytes: Uint8Array, offset: number, length: number, timestamp: number): void {
    const ahead = (timestamp - this.#end) | 0;
    if (!this.#begun || ahead < -BACK) this.#begin(timestamp);
    else if (ahead >= 0) this.#stepTo(timestamp, ahead);
    const end = (timestamp + length) | 0;
    this.#skip(((end - this.#next) | 0) - Math.max(MOST_WAITING, length + FRAME));
    for (let i = 0; i < length; i++) {
      const place = (timestamp + i) | 0;
      if (((place - this.#next) | 0) < 0) this.late += 1;
      else {
        this.#ring[place & MASK] = bytes[offset + i];
        this.#there[place & MASK] = 1;
      }
    }
    if (((end - this.#end) | 0) > 0) this.#end = end;
  }

  /** Takes 20 ms into `frame`. False when there is nothing to hear; then `frame` is worth nothing. */
  read(): boolean {
    if (this.#spare >= (this.#tardy ? READS_OF_GRACE : READS_TO_SPARE) && this.#isQuiet()) {
      this.#skip(FRAME);
      this.#tardy = false;
    } else if (this.#tardy && this.waiting >= FRAME && this.waiting < 2 * FRAME && this.#isQuiet()) {
      // Silence is said now, and again at the next tick.
      this.#quieten();
      return false;
    }
    const level = Math.min(this.waiting, FRAME);
    let present = 0;
    for (let i = 0; i < FRAME; i++) {
      const place = (this.#next + i) & MASK;
      if (i < level && this.#there[place] === 1) {
        this.#there[place] = 0;
        this.frame[i] = this.#ring[place];
        present += 1;
      } else this.frame[i] = this.#last[i];
    }
    this.#next = (this.#next + level) | 0;
    this.#spare = this.waiting >= FRAME ? this.#spare + 1 : 0;
    if (this.#begun) this.#owed += FRAME - level;
    if (present === FRAME) this.#short = 0;
    else if (!this.#makeUp(present)) return false;
    this.#last.set(this.frame);
    return true;
  }

  #begin(timestamp: number): void {
    this.#there.fill(0);
    this.#next = this.#end = timestamp | 0;
    this.#begun = true;
    this.#owed = 0;
  }

  /** The newest packet. As much of a hole before it as the taker got something else for is over already; a pause of the sender is such a hole. */
  #stepTo(timestamp: number, hole: number): void {
    const over = Math.min(this.#owed, hole);
    if (hole === 0 && this.#owed > 0) this.#tardy = true;
    this.#owed = 0;
    this.#next = (this.#next + over) | 0;
    this.#end = (this.#end + over) | 0;
    // More than anybody waits for: another timeline, or a sender who was away while nobody listened.
    if (hole - over > MOST_WAITING) this.#begin(timestamp);
  }

  /** Whether the next frame is whole and silent. G.722 does not say so by its octets; there what is too much is left out when it no longer fits. */
  #isQuiet(): boolean {
    if (this.#codec === 'G722') return false;
    const energy = energyTable(this.#codec);
    let sum = 0;
    for (let i = 0; i < FRAME; i++) {
      const place = (this.#next + i) & MASK;
      sum += this.#there[place] === 1 ? energy[this.#ring[place]] : QUIET;
    }
    return sum < QUIET;
  }

  #skip(octets: number): void {
    if (octets <= 0) return;
    for (let i = 0; i < octets; i++) {
      const place = (this.#next + i) & MASK;
      this.skipped += this.#there[place];
      this.#there[place] = 0;
    }
    this.#next = (this.#next + octets) | 0;
    if (((this.#end - this.#next) | 0) < 0) this.#end = this.#next;
  }

  /** Not all of the frame came: the rest is that of the frame before, and all of it fainter when nothing came. */
  #makeUp(present: number): boolean {
    if (present > 0) this.#short = 0;
    else if (this.#short >= MOST_MADE_UP || !fade(this.#codec, this.frame)) {
      this.#quieten();
      return false;
    }
    this.#short += 1;
    this.madeUp += FRAME - present;
    return true;
  }

  #quieten(): void {
    this.#short = MOST_MADE_UP;
    this.#last.fill(silenceByte(this.#codec));
  }
}
