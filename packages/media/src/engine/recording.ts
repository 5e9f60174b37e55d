import type { GapReason } from '../rtp/jitter-buffer.ts';
import type { RecordEnd, TakeSink } from '../worker/protocol.ts';
import type { Moment } from './moment.ts';

const SAMPLES_A_MILLI = 8;
const FRAME_SAMPLES = 160;
/** What is kept after the last sound when silence ends a recording: the end of a word dies away. */
const TAIL_SAMPLES = 300 * SAMPLES_A_MILLI;
/** One frame of sound is a click, not a word: it does not keep a recording going. */
const CLICK_SAMPLES = FRAME_SAMPLES;
/** How far back the sum of sound is remembered, in frames: 5 s, longer than any key is pressed before it is told. */
const HISTORY = 256;

export interface RecordingLimits {
  readonly maxMillis: number;
  /** 0: never. */
  readonly idleMillis: number;
}

/** What is kept of a recording, milliseconds. */
export interface Kept {
  readonly millis: number;
  readonly soundMillis: number;
}

/**
 * One take on its way to the recorder: counts time and sound, and says when it is long enough or silent too long. Its timeline is the sender's (audio and
 * gaps by RTP timestamp); while nothing comes it goes on by the wall clock.
 */
export class Recording {
  readonly #sink: TakeSink;
  readonly #moment: Moment;
  readonly #startedAt: number;
  readonly #maxSamples: number;
  readonly #idleSamples: number;
  /** Samples so far, gaps included. */
  #position = 0;
  #positionAt: number;
  #sound = 0;
  #soundRun = 0;
  #soundEnd = 0;
  /** Where the present silence begins to count. */
  #silentFrom = 0;
  /** Samples of a gap that make no whole millisecond yet. */
  #gapRest = 0;
  #heldFrom = Number.NaN;
  readonly #soundBefore = new Uint32Array(HISTORY);

  constructor(sink: TakeSink, limits: RecordingLimits, moment: Moment) {
    this.#sink = sink;
    this.#moment = moment;
    this.#startedAt = this.#positionAt = moment.now;
    this.#maxSamples = limits.maxMillis * SAMPLES_A_MILLI;
    this.#idleSamples = limits.idleMillis * SAMPLES_A_MILLI;
  }

  /** Samples so far, gaps included. */
  get position(): number {
    return this.#position;
  }

  /** Appends at most 20 ms of coded bytes; not to be called on hold. What goes beyond the maximum is left out. */
  audio(bytes: Uint8Array, offset: number, length: number, sounding: boolean): void {
    const taken = Math.min(length, this.#maxSamples - this.#position);
    if (taken <= 0) return;
    this.#sink.audio(bytes, offset, taken, sounding);
    this.#advance(taken);
    this.#soundRun = sounding ? this.#soundRun + taken : 0;
    if (sounding) {
      this.#sound += taken;
      if (this.#soundRun > CLICK_SAMPLES) this.#soundEnd = this.#silentFrom = this.#position;
    }
    this.#soundBefore[Math.floor(this.#position / FRAME_SAMPLES) % HISTORY] = this.#sound;
  }

  /** Appends time without audio. Time before the recording began is not part of it. */
  gap(samples: number, reason: GapReason): void {
    const elapsed = (this.#moment.now - this.#startedAt) * SAMPLES_A_MILLI;
    this.#append(this.#position === 0 ? Math.min(samples, elapsed) : samples, reason);
  }

  /** The other side holds the call from here on; that is neither silence nor audio. */
  hold(): void {
    if (!this.#held) this.#heldFrom = this.#moment.now;
  }

  resume(): void {
    if (!this.#held) return;
    const from = this.#position;
    const samples = (this.#moment.now - this.#heldFrom) * SAMPLES_A_MILLI;
    this.#heldFrom = Number.NaN;
    this.#append(samples, 'hold');
    this.#silentFrom += this.#position - from;
  }

  /** Whether it is over by itself at this tick. `waiting`: audio is held back behind a missing packet, so silence may not be judged yet. */
  over(waiting: boolean): RecordEnd | undefined {
    const position = this.#presentPosition;
    if (position >= this.#maxSamples) return 'max';
    if (this.#idleSamples === 0 || this.#held || waiting) return undefined;
    return position - this.#silentFrom >= this.#idleSamples ? 'silence' : undefined;
  }

  /** Ticks of 20 ms from now on in which it cannot be over by itself: sound only ever makes them more. */
  get idleTicks(): number {
    const end =
      this.#idleSamples === 0 ? this.#maxSamples : Math.min(this.#maxSamples, this.#silentFrom + this.#idleSamples);
    return Math.max(0, Math.ceil((end - this.#presentPosition) / FRAME_SAMPLES) - 1);
  }

  /** Ends the take; a `cut` is taken off its end, in samples (the tone of the key that ended it). Call once. */
  end(endedBy: RecordEnd, cut = 0): Kept {
    this.resume();
    const spoken = this.#soundEnd === 0 ? 0 : this.#soundEnd + TAIL_SAMPLES;
    const whole = endedBy === 'silence' ? Math.min(this.#position, spoken) : this.#position;
    const keep = Math.max(0, Math.min(whole, this.#position - Math.max(0, cut), this.#maxSamples));
    const millis = Math.floor(keep / SAMPLES_A_MILLI);
    this.#sink.end(millis);
    return { millis, soundMillis: Math.floor(this.#soundUpTo(keep) / SAMPLES_A_MILLI) };
  }

  /** Where it has come to by the wall clock. */
  get #presentPosition(): number {
    return this.#position + (this.#moment.now - (this.#held ? this.#heldFrom : this.#positionAt)) * SAMPLES_A_MILLI;
  }

  get #held(): boolean {
    return !Number.isNaN(this.#heldFrom);
  }

  #append(samples: number, reason: 'loss' | 'hold' | 'dtx'): void {
    // Whole milliseconds only, as the take's own timeline counts gaps.
    const all = Math.min(samples, this.#maxSamples - this.#position) + this.#gapRest;
    const millis = Math.floor(all / SAMPLES_A_MILLI);
    if (millis <= 0) return;
    this.#gapRest = all - millis * SAMPLES_A_MILLI;
    this.#sink.gap(millis, reason);
    this.#advance(millis * SAMPLES_A_MILLI);
    this.#soundRun = 0;
  }

  #advance(samples: number): void {
    const frame = Math.floor(this.#position / FRAME_SAMPLES);
    this.#position += samples;
    this.#positionAt = this.#moment.now;
    const last = Math.floor(this.#position / FRAME_SAMPLES);
    for (let i = Math.max(frame + 1, last - HISTORY); i <= last; i++) this.#soundBefore[i % HISTORY] = this.#sound;
  }

  #soundUpTo(samples: number): number {
    const frame = Math.floor(samples / FRAME_SAMPLES);
    const remembered = frame > Math.floor(this.#position / FRAME_SAMPLES) - HISTORY;
    return Math.min(samples, remembered ? this.#soundBefore[frame % HISTORY] : this.#sound);
  }
}
