import { encodeG711, linearTable } from '../codec/g711.ts';
import { G722Encoder } from '../codec/g722.ts';
import { silenceByte } from '../codec/silence.ts';
import type { CodecName, G711Law } from '../sdp/settings.ts';
import { FRAME_OCTETS, Sheet } from './sheet.ts';

/** Frames in which an encoder lets a sound end that was cut off; what stands for silence alone would let it howl. */
const FRAMES_TO_END = 3;
/** After so many frames of silence the other side's decoder is at rest: more of them change nothing. */
const FRAMES_TO_REST = 50;

/** Makes one stream of octets of what the voices of a line say. */
export interface LineWriter {
  /** What was said last, for whoever records it. */
  readonly said: Sheet;
  /** Writes 160 octets to `offset`, where silence stands so far. One voice of G.711 goes through as it is coded; several are added and clipped at 16 bits. */
  write(voices: readonly Sheet[], into: Uint8Array, offset: number): void;
  /** What was written last was silence, and went out. */
  paused(): void;
}

const SILENCE = new Uint8Array(FRAME_OCTETS).fill(silenceByte('G722'));

export function lineWriter(codec: CodecName): LineWriter {
  return codec === 'G722' ? new WideWriter() : new NarrowWriter(codec);
}

class NarrowWriter implements LineWriter {
  readonly said = new Sheet();
  readonly #law: G711Law;
  readonly #sum = new Int16Array(FRAME_OCTETS);

  constructor(law: G711Law) {
    this.#law = law;
    this.said.codec = law;
  }

  write(voices: readonly Sheet[], into: Uint8Array, offset: number): void {
    if (voices.length === 0) return;
    if (voices.length === 1) this.said.octets.set(voices[0].octets);
    else this.#add(voices);
    into.set(this.said.octets, offset);
  }

  paused(): void {}

  #add(voices: readonly Sheet[]): void {
    const table = linearTable(this.#law);
    for (let i = 0; i < FRAME_OCTETS; i++) {
      let sum = 0;
      for (const { octets } of voices) sum += table[octets[i]];
      this.#sum[i] = clipped(sum);
    }
    encodeG711(this.#law, this.#sum, this.said.octets);
  }
}

/** One encoder for everything that is said, its silence too: with two of them the other side's decoder is out of step at each change, which is as loud as can be. */
class WideWriter implements LineWriter {
  readonly said = new Sheet();
  readonly #encoder = new G722Encoder();
  /** Frames of silence since something was said: written, and sent. */
  #silent = FRAMES_TO_END;
  #sent = 0;

  constructor() {
    this.said.codec = 'G722';
  }

  write(voices: readonly Sheet[], into: Uint8Array, offset: number): void {
    if (voices.length > 0) this.#silent = this.#sent = 0;
    else this.#silent += 1;
    if (this.#silent <= FRAMES_TO_END) this.#encode(voices, into, offset);
  }

  paused(): void {
    this.#sent += 1;
    if (this.#silent > FRAMES_TO_END && this.#sent <= FRAMES_TO_REST) this.#encoder.follow(SILENCE);
  }

  #encode(voices: readonly Sheet[], into: Uint8Array, offset: number): void {
    const { samples, octets } = this.said;
    for (let i = 0; i < samples.length; i++) {
      let sum = 0;
      for (const voice of voices) sum += voice.samples[i];
      samples[i] = clipped(sum);
    }
    this.#encoder.encode(samples, octets);
    into.set(octets, offset);
  }
}

function clipped(sample: number): number {
  return Math.max(-32768, Math.min(32767, sample));
}
