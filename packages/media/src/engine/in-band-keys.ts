import { linearTable } from '../codec/g711.ts';
import { Band } from '../codec/g722-band.ts';
import { LOWER } from '../codec/g722-tables.ts';
import { ToneDetector } from '../dtmf/tone-detector.ts';
import type { GapReason } from '../rtp/jitter-buffer.ts';
import type { CodecName } from '../sdp/settings.ts';

/** The longest piece of audio. */
const PIECE = 160;

interface Press {
  readonly key: string;
  /** Samples between the beginning of the press and the newest audio, when it was made out. */
  readonly since: number;
  /** Samples heard by then. */
  readonly heard: number;
}

/**
 * Keys that come as tones in the audio, for telephones that send them in no other way. G.711 by its table, of G.722 the lower band, which is all that tones
 * of keys are in. What was made out waits until it is asked for: a press must not end a recording while its audio is being handed on.
 */
export class InBandKeys {
  readonly #detector = new ToneDetector();
  readonly #samples = new Int32Array(PIECE);
  readonly #presses: Press[] = [];
  #linear: Int16Array | undefined;
  #lower: Band | undefined;
  #heard = 0;

  constructor(codec: CodecName) {
    this.codec = codec;
  }

  /** The codec from here on. A stream of G.722 that goes on keeps its state. */
  set codec(codec: CodecName) {
    this.#linear = codec === 'G722' ? undefined : linearTable(codec);
    this.#lower = codec === 'G722' ? (this.#lower ?? new Band(LOWER)) : undefined;
  }

  /** At most 20 ms of coded bytes. */
  audio(bytes: Uint8Array, offset: number, length: number): void {
    const samples = this.#samples;
    const linear = this.#linear;
    if (linear) for (let i = 0; i < length; i++) samples[i] = linear[bytes[offset + i]];
    else {
      this.#lower?.decode(bytes, offset, length, samples);
      // A band has half the amplitude of what it makes.
      for (let i = 0; i < length; i++) samples[i] *= 2;
    }
    this.#heard += length;
    const key = this.#detector.hear(samples, length);
    if (key !== undefined) this.#presses.push({ key, since: this.#detector.since, heard: this.#heard });
  }

  /** Time without audio, or time in which keys did not matter (as `dtx`). */
  gap(samples: number, reason: GapReason): void {
    this.#heard += samples;
    this.#detector.gap(samples, reason);
  }

  /** Whether presses wait to be taken. */
  get waiting(): boolean {
    return this.#presses.length > 0;
  }

  /** The oldest press that waits, and how many samples of what was heard came after it began. */
  take(): { readonly key: string; readonly samples: number } | undefined {
    const press = this.#presses.shift();
    return press && { key: press.key, samples: press.since + this.#heard - press.heard };
  }
}
