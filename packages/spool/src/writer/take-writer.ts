import { type GapReason, SAMPLES_PER_MILLI } from '../record/audio.ts';
import type { AudioStage, StageTake } from './audio-stage.ts';

/** Longest gap in one record, samples: an hour. */
const LONGEST_GAP = 3_600_000 * SAMPLES_PER_MILLI;

/** What a take needs of its writer. */
export interface TakeOwner {
  /** Puts a full record into the log. Never throws: a failure ends the take. */
  flush(take: TakeWriter, stage: AudioStage): void;
  /** The take is over; the stage may be used again. */
  ended(take: TakeWriter, stage: AudioStage, keepMillis: number): void;
}

export interface TakeOptions {
  readonly stage: AudioStage;
  readonly onFailed: (error: Error) => void;
  /** Length of the first record, samples: different ones, so that calls answered together do not fill their records together. */
  readonly firstSamples: number;
}

/** One take being recorded: the `TakeSink` that media writes to. Called on the 20 ms clock; never blocks, never throws. */
export class TakeWriter {
  readonly about: StageTake;
  readonly onFailed: (error: Error) => void;
  readonly #owner: TakeOwner;
  readonly #stage: AudioStage;
  #samples = 0;
  #open = true;

  constructor(about: StageTake, owner: TakeOwner, options: TakeOptions) {
    this.about = about;
    this.#owner = owner;
    this.#stage = options.stage;
    this.onFailed = options.onFailed;
    this.#stage.begin(about, 0, options.firstSamples);
  }

  /** Appends coded bytes, 8 a millisecond; they are copied before it returns. `sounding`: whether they hold sound. */
  audio(bytes: Uint8Array, offset: number, length: number, sounding: boolean): void {
    for (let done = 0; done < length && this.#open; ) {
      const taken = this.#stage.audio(bytes, offset + done, length - done);
      if (sounding) this.#stage.heard(taken);
      done += taken;
      if (this.#stage.isFull) this.flush();
    }
  }

  /** Time without audio, milliseconds. */
  gap(millis: number, reason: GapReason): void {
    for (let left = Math.round(millis * SAMPLES_PER_MILLI); left > 0 && this.#open; ) {
      const samples = Math.min(left, LONGEST_GAP);
      this.#stage.gap(samples, reason);
      left -= samples;
      if (this.#stage.isFull) this.flush();
    }
  }

  /** Ends the take; only the first `keepMillis` count. */
  end(keepMillis: number): void {
    if (!this.#open) return;
    this.flush();
    if (!this.#open) return;
    this.#open = false;
    this.#owner.ended(this, this.#stage, keepMillis);
  }

  /** Puts what is staged into the log. */
  flush(): void {
    if (!this.#open || this.#stage.samples === 0) return;
    const samples = this.#stage.samples;
    this.#owner.flush(this, this.#stage);
    this.#samples += samples;
    this.#stage.begin(this.about, this.#samples);
  }

  /** Takes nothing more: it failed, or its draft was erased. Returns the stage, undefined when the take was over already. */
  stop(): AudioStage | undefined {
    if (!this.#open) return undefined;
    this.#open = false;
    return this.#stage;
  }

  /** Samples handed to the log before what is staged now. */
  get flushed(): number {
    return this.#samples;
  }
}
