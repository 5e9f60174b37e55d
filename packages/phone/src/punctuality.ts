import { Lateness } from './lateness.ts';
import type { RtpHeader } from './rtp-header.ts';

/** The schedule is that of the earliest packet of the last one or two seconds: clocks that drift, and a sender that starts anew, are followed. */
const WINDOW_MILLIS = 1000;

/**
 * How well the other side keeps time: each packet's arrival against the schedule that its timestamps make (20 ms each), which begins with the
 * first packet. Counts what was lost, too.
 */
export class Punctuality {
  readonly lateness = new Lateness();
  readonly #all: Lateness | undefined;
  packets = 0;
  /** Places in the sequence that nothing came for, so far. */
  lost = 0;
  #ssrc = -1;
  #origin = 0;
  #lastSequence = 0;
  #before = Number.POSITIVE_INFINITY;
  #present = Number.POSITIVE_INFINITY;
  #windowEnd = 0;
  #unitsAMilli = 8;

  /** @param all where the lateness of all calls is counted too. */
  constructor(all?: Lateness) {
    this.#all = all;
  }

  /** Units of the sender's RTP clock in 1/8 ms: 1, or 6 for Opus. Another clock is another schedule. */
  set units(units: number) {
    this.#unitsAMilli = 8 * units;
    this.#ssrc = -1;
  }

  /** An audio packet that came at `at` (monotonic milliseconds). */
  packet(header: RtpHeader, at: number): void {
    this.packets += 1;
    if (header.ssrc !== this.#ssrc) this.#begin(header);
    else this.#count(header.sequence);
    if (at >= this.#windowEnd) this.#turnWindow(at);
    const sent = ((header.timestamp - this.#origin) | 0) / this.#unitsAMilli;
    const behind = at - sent;
    if (behind < this.#present) this.#present = behind;
    const late = behind - Math.min(this.#present, this.#before);
    this.lateness.add(late);
    this.#all?.add(late);
  }

  #turnWindow(at: number): void {
    this.#before = this.#present;
    this.#present = Number.POSITIVE_INFINITY;
    this.#windowEnd = at + WINDOW_MILLIS;
  }

  #begin(header: RtpHeader): void {
    this.#ssrc = header.ssrc;
    this.#origin = header.timestamp;
    this.#lastSequence = header.sequence;
    this.#before = this.#present = Number.POSITIVE_INFINITY;
    this.#windowEnd = 0;
  }

  #count(sequence: number): void {
    const ahead = (sequence - this.#lastSequence) & 0xffff;
    // More than half of the range ahead is behind: a late or doubled packet. A late one was counted as lost before.
    if (ahead >= 0x8000) this.lost = Math.max(0, this.lost - 1);
    else if (ahead > 0) {
      this.lost += ahead - 1;
      this.#lastSequence = sequence;
    }
  }
}
