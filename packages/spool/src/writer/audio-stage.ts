import type { TakeRole } from '../draft.ts';
import {
  AUDIO_HEAD,
  type AudioCodec,
  codecNumber,
  type GapReason,
  gapNumber,
  RUN_AUDIO,
  RUN_HEAD,
  roleNumber,
  SAMPLES_PER_MILLI,
} from '../record/audio.ts';
import { ID_BYTES } from '../record/bodies.ts';

const STAGE_BYTES = 4096;
/** A record is full at 250 ms ... */
export const FULL_SAMPLES = 250 * SAMPLES_PER_MILLI;
/** ... or when a packet of 60 ms might not fit any more. */
const SPARE_BYTES = RUN_HEAD + 60 * SAMPLES_PER_MILLI;

/** Which take a stage is filled for. */
export interface StageTake {
  readonly id: string;
  readonly number: number;
  readonly role: TakeRole;
  readonly codec: AudioCodec;
}

/**
 * The AUDIO record that is being filled, 250 ms of one take: packets are copied to where they will be written from, nothing is
 * allocated for them.
 */
export class AudioStage {
  readonly bytes = Buffer.allocUnsafeSlow(STAGE_BYTES);
  #used = 0;
  #samples = 0;
  #sound = 0;
  #full = FULL_SAMPLES;
  /** Where the head of the open run of audio is; 0 when none is open. */
  #run = 0;

  /** Begins a record at `start` samples of the take; it is full with `full` samples. */
  begin(take: StageTake, start: number, full = FULL_SAMPLES): void {
    const { bytes } = this;
    bytes.write(take.id, 0, 'latin1');
    bytes.writeUInt16BE(take.number, ID_BYTES);
    bytes.writeUInt8(roleNumber(take.role), ID_BYTES + 2);
    bytes.writeUInt8(codecNumber(take.codec), ID_BYTES + 3);
    bytes.writeUInt32BE(start % 0x100000000, ID_BYTES + 4);
    this.#used = AUDIO_HEAD;
    this.#samples = 0;
    this.#sound = 0;
    this.#run = 0;
    this.#full = full;
  }

  get samples(): number {
    return this.#samples;
  }

  get sound(): number {
    return this.#sound;
  }

  get isFull(): boolean {
    return this.#samples >= this.#full || this.#used + SPARE_BYTES > STAGE_BYTES;
  }

  /** Copies as much of the audio as fits; returns how many bytes that were. */
  audio(from: Uint8Array, offset: number, length: number): number {
    if (this.#run === 0) {
      this.#run = this.#used;
      this.bytes[this.#used] = RUN_AUDIO;
      this.#used += RUN_HEAD;
    }
    const { bytes } = this;
    const taken = Math.min(length, STAGE_BYTES - this.#used);
    const used = this.#used;
    for (let i = 0; i < taken; i++) bytes[used + i] = from[offset + i];
    this.#used += taken;
    this.#samples += taken;
    return taken;
  }

  /** Counts samples as sound. */
  heard(samples: number): void {
    this.#sound += samples;
  }

  gap(samples: number, reason: GapReason): void {
    this.#endRun();
    this.bytes[this.#used] = gapNumber(reason);
    this.bytes.writeUInt32BE(samples, this.#used + 1);
    this.#used += RUN_HEAD;
    this.#samples += samples;
  }

  /** Completes the record; returns the length of its body. */
  finish(): number {
    this.#endRun();
    this.bytes.writeUInt32BE(this.#samples, ID_BYTES + 8);
    this.bytes.writeUInt32BE(this.#sound, ID_BYTES + 12);
    return this.#used;
  }

  #endRun(): void {
    if (this.#run > 0) this.bytes.writeUInt32BE(this.#used - this.#run - RUN_HEAD, this.#run + 1);
    this.#run = 0;
  }
}
