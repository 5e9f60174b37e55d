import { encodeG711, linearTable } from '../codec/g711.ts';
import { G722Decoder, G722Encoder } from '../codec/g722.ts';
import type { CodecName } from '../sdp/settings.ts';

/** Octets of a frame of 20 ms in every codec of a line, and the most samples it has. */
export const FRAME_OCTETS = 160;
const MOST_SAMPLES = 320;

/** Adds the frames of one stream to a sum of several. A codec with a memory has a reader of its own for each stream. */
export interface FrameReader {
  /** Decodes a frame and adds its samples to the first of `sum`; 160 at 8 kHz, or 320 at 16 kHz. */
  add(frame: Uint8Array, sum: Int32Array): void;
}

/** Codes a sum of several streams as frames of one. */
export interface FrameWriter {
  /** Clips the samples at 16 bits and encodes them as a frame at `offset`. */
  write(sum: Int32Array, into: Uint8Array, offset: number): void;
}

/** Somewhere to sum up. */
export const emptySum = (): Int32Array => new Int32Array(MOST_SAMPLES);

export function frameReader(codec: CodecName): FrameReader {
  if (codec === 'G722') return new WideReader();
  const table = linearTable(codec);
  return {
    add(frame, sum) {
      for (let i = 0; i < FRAME_OCTETS; i++) sum[i] += table[frame[i]];
    },
  };
}

export function frameWriter(codec: CodecName): FrameWriter {
  const samples = new Int16Array(codec === 'G722' ? MOST_SAMPLES : FRAME_OCTETS);
  const coded = new Uint8Array(FRAME_OCTETS);
  const wide = codec === 'G722' ? new G722Encoder() : undefined;
  return {
    write(sum, into, offset) {
      for (let i = 0; i < samples.length; i++) samples[i] = clipped(sum[i]);
      if (wide) wide.encode(samples, coded);
      else if (codec !== 'G722') encodeG711(codec, samples, coded);
      into.set(coded, offset);
    },
  };
}

class WideReader implements FrameReader {
  readonly #decoder = new G722Decoder();
  readonly #samples = new Int16Array(MOST_SAMPLES);

  add(frame: Uint8Array, sum: Int32Array): void {
    this.#decoder.decode(frame, this.#samples);
    for (let i = 0; i < MOST_SAMPLES; i++) sum[i] += this.#samples[i];
  }
}

function clipped(sample: number): number {
  return Math.max(-32768, Math.min(32767, sample));
}
