import type { RtpHeader } from './rtp-header.ts';
import type { VoiceDecoder } from './voice-decoder.ts';

const SAMPLES_A_MILLI = 8;
/** What is heard after half an hour is not kept. */
const LONGEST_SAMPLES = 30 * 60 * 8000;
/** Timestamps that place a packet this far from where the clock does are on a new timeline. */
const JUMP_SAMPLES = 16_000;

/** Everything that was heard, as samples on one timeline; what is missing is silence. */
export class Hearing {
  #samples = new Int16Array(8000);
  /** The same at 16 kHz, from the first packet on that is wide. */
  #wide: Int16Array | undefined;
  #length = 0;
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

  /** A look at everything so far, 8 kHz; valid until the next packet. */
  view(): Int16Array {
    return this.#samples.subarray(0, this.#length);
  }

  /** What was heard of wideband codecs, 16 kHz on the same timeline, without the end that was narrow. Empty when all of it was. */
  wideView(): Int16Array {
    return this.#wide?.subarray(0, 2 * this.#length) ?? new Int16Array(0);
  }

  /** Puts an audio packet where it belongs. */
  packet(header: RtpHeader, bytes: Uint8Array, from: { readonly decoder: VoiceDecoder; readonly at: number }): void {
    const decoded = from.decoder.decode(bytes.subarray(header.start, header.start + header.length));
    if (!decoded) return;
    const { narrow, wide } = decoded;
    const byClock = Math.max(0, Math.round((from.at - this.#startedAt) * SAMPLES_A_MILLI));
    let position = this.#originAt + Math.round(((header.timestamp - this.#origin) | 0) / from.decoder.units);
    if (header.ssrc !== this.#ssrc || position < 0 || Math.abs(position - byClock) > JUMP_SAMPLES) {
      this.#ssrc = header.ssrc;
      this.#origin = header.timestamp;
      this.#originAt = position = Math.max(byClock, this.#length);
    }
    const end = position + narrow.length;
    if (end > LONGEST_SAMPLES) return;
    this.#reach(end);
    this.#samples.set(narrow, position);
    if (!wide) return;
    if ((this.#wide?.length ?? 0) < 2 * end) this.#widen(end);
    this.#wide?.set(wide, 2 * position);
  }

  /** A packet of another clock follows: its timestamps say nothing about earlier ones. */
  restart(): void {
    this.#ssrc = -1;
  }

  #widen(end: number): void {
    const larger = new Int16Array(4 * end);
    if (this.#wide) larger.set(this.#wide);
    this.#wide = larger;
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
