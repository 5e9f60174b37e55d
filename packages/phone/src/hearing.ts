import { type CodecName, decodeG711, NarrowG722Decoder } from '@parley/media';
import type { RtpHeader } from './rtp-header.ts';

const SAMPLES_A_MILLI = 8;
/** What is heard after half an hour is not kept. */
const LONGEST_SAMPLES = 30 * 60 * 8000;
/** Timestamps that place a packet this far from where the clock does are on a new timeline. */
const JUMP_SAMPLES = 16_000;

/** Everything that was heard, as samples of 8 kHz on one timeline; what is missing is silence. */
export class Hearing {
  #samples = new Int16Array(8000);
  #length = 0;
  readonly #g722 = new NarrowG722Decoder();
  #ssrc = -1;
  /** Timestamp of the sample at `#originAt`. */
  #origin = 0;
  #originAt = 0;
  readonly #startedAt: number;

  /** @param startedAt when time begins, monotonic milliseconds: nothing lies before it. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Samples so far. */
  get length(): number {
    return this.#length;
  }

  /** A look at everything so far; valid until the next packet. */
  view(): Int16Array {
    return this.#samples.subarray(0, this.#length);
  }

  /** Puts an audio packet where it belongs. */
  packet(header: RtpHeader, bytes: Uint8Array, from: { readonly codec: CodecName; readonly at: number }): void {
    const byClock = Math.max(0, Math.round((from.at - this.#startedAt) * SAMPLES_A_MILLI));
    let position = this.#originAt + ((header.timestamp - this.#origin) | 0);
    if (header.ssrc !== this.#ssrc || position < 0 || Math.abs(position - byClock) > JUMP_SAMPLES) {
      this.#ssrc = header.ssrc;
      this.#origin = header.timestamp;
      this.#originAt = position = Math.max(byClock, this.#length);
    }
    const end = position + header.length;
    if (end > LONGEST_SAMPLES) return;
    this.#reach(end);
    const coded = bytes.subarray(header.start, header.start + header.length);
    if (from.codec === 'G722') this.#g722.decode(coded, this.#samples.subarray(position, end));
    else decodeG711(from.codec, coded, this.#samples.subarray(position, end));
  }

  #reach(end: number): void {
    if (end > this.#samples.length) {
      const larger = new Int16Array(Math.max(end, 2 * this.#samples.length));
      larger.set(this.view());
      this.#samples = larger;
    }
    this.#length = Math.max(this.#length, end);
  }
}
