import { energyTable } from '../codec/g711.ts';
import { G722Meter } from '../codec/g722-meter.ts';
import type { CodecName } from '../sdp/settings.ts';

/** Squared 16-bit amplitude of a level in dBFS, where 0 dBFS is the mean square of a full-scale sine. */
function energyOf(decibels: number): number {
  return (32768 ** 2 / 2) * 10 ** (decibels / 10);
}

/** Below this nothing is sound: comfort noise and good lines lie at -65 to -50 dBFS. */
const ALWAYS_SILENCE = energyOf(-48);
/** From here on everything is sound, however steady: a tone or music is not line noise. */
const ALWAYS_SOUND = energyOf(-30);
/** Between the two, sound is what stands 6 dB above the noise floor: steady noise varies by about 1 dB from frame to frame, speech by 20. */
const ABOVE_FLOOR = 10 ** 0.6;
/** The floor is the quietest frame of the last three seconds (speech pauses at least that often), kept as minima of half seconds. */
const WINDOW_SAMPLES = 4000;
const WINDOWS = 6;

/**
 * Tells sound from silence by the energy of coded bytes: a table look-up a sample of G.711, a coarse decoder for G.722. The threshold follows the noise floor of the line between -48 and -30
 * dBFS; it is learnt from everything that is heard, so it is known before a recording begins.
 */
export class SoundDetector {
  #energy: Uint32Array | undefined;
  #meter: G722Meter | undefined;
  readonly #minima = new Float64Array(WINDOWS).fill(Number.POSITIVE_INFINITY);
  #window = 0;
  #inWindow = 0;
  #floor = Number.POSITIVE_INFINITY;

  constructor(codec: CodecName) {
    this.codec = codec;
  }

  /** The codec from here on. A stream of G.722 that goes on keeps its state. */
  set codec(codec: CodecName) {
    this.#energy = codec === 'G722' ? undefined : energyTable(codec);
    this.#meter = codec === 'G722' ? (this.#meter ?? new G722Meter()) : undefined;
  }

  /** Whether a piece of at most some 20 ms holds sound. */
  hears(bytes: Uint8Array, offset: number, length: number): boolean {
    const mean = this.#sum(bytes, offset, length) / length;
    // Before the first window is full the floor is unknown: whoever speaks at once must be heard.
    const floor = this.#floor === Number.POSITIVE_INFINITY ? 0 : this.#floor;
    this.#learn(mean, length);
    return mean >= Math.min(ALWAYS_SOUND, Math.max(ALWAYS_SILENCE, floor * ABOVE_FLOOR));
  }

  #sum(bytes: Uint8Array, offset: number, length: number): number {
    const energy = this.#energy;
    if (!energy) return this.#meter?.energy(bytes, offset, length) ?? 0;
    let sum = 0;
    for (let i = offset; i < offset + length; i++) sum += energy[bytes[i]];
    return sum;
  }

  #learn(mean: number, length: number): void {
    if (mean < this.#minima[this.#window]) this.#minima[this.#window] = mean;
    this.#inWindow += length;
    if (this.#inWindow < WINDOW_SAMPLES) return;
    let floor = Number.POSITIVE_INFINITY;
    for (const minimum of this.#minima) if (minimum < floor) floor = minimum;
    this.#floor = floor;
    this.#inWindow = 0;
    this.#window = (this.#window + 1) % WINDOWS;
    this.#minima[this.#window] = Number.POSITIVE_INFINITY;
  }
}
