import { GSM_FRAME_SAMPLES, GsmDecoder, GsmEncoder } from '../codec/gsm.ts';
import { GSM_BLOCK_OCTETS, GSM_BLOCK_SAMPLES, PARAMETERS, packBlock, unpackBlock } from '../codec/gsm-parameters.ts';

/** The format tag of GSM 06.10 in WAV files. */
export const GSM_TAG = 0x31;
const HEADER = 60;

/** A WAV file of GSM 06.10 (format 0x31: blocks of two frames), of 8 kHz sound; the last block is filled up with silence. */
export class GsmWav {
  readonly #file: Uint8Array;
  readonly #encoder = new GsmEncoder();
  readonly #frames = emptyFrames();
  readonly #block = new Int16Array(GSM_BLOCK_SAMPLES);
  #filled = 0;
  #at = HEADER;

  /** @param samples how many there will be. */
  constructor(samples: number) {
    const octets = Math.ceil(samples / GSM_BLOCK_SAMPLES) * GSM_BLOCK_OCTETS;
    this.#file = new Uint8Array(HEADER + octets + (octets % 2));
    writeHeader(this.#file, { samples, octets });
  }

  /** Adds samples, as many at once as one likes. */
  add(samples: Int16Array): void {
    for (let done = 0; done < samples.length; ) {
      const taken = Math.min(samples.length - done, GSM_BLOCK_SAMPLES - this.#filled);
      this.#block.set(samples.subarray(done, done + taken), this.#filled);
      this.#filled += taken;
      done += taken;
      if (this.#filled === GSM_BLOCK_SAMPLES) this.#write();
    }
  }

  /** The whole file. */
  end(): Uint8Array {
    if (this.#filled > 0) {
      this.#block.fill(0, this.#filled);
      this.#write();
    }
    return this.#file;
  }

  #write(): void {
    this.#frames.forEach((frame, i) => {
      this.#encoder.encode(this.#block.subarray(i * GSM_FRAME_SAMPLES, (i + 1) * GSM_FRAME_SAMPLES), frame);
    });
    packBlock(this.#frames, this.#file, this.#at);
    this.#at += GSM_BLOCK_OCTETS;
    this.#filled = 0;
  }
}

/** The samples of whole blocks. */
export function decodeGsm(data: Uint8Array): Int16Array {
  const blocks = Math.floor(data.length / GSM_BLOCK_OCTETS);
  const samples = new Int16Array(blocks * GSM_BLOCK_SAMPLES);
  const decoder = new GsmDecoder();
  const frames = emptyFrames();
  for (let block = 0; block < blocks; block++) {
    unpackBlock(data, block * GSM_BLOCK_OCTETS, frames);
    frames.forEach((frame, i) => {
      const at = block * GSM_BLOCK_SAMPLES + i * GSM_FRAME_SAMPLES;
      decoder.decode(frame, samples.subarray(at, at + GSM_FRAME_SAMPLES));
    });
  }
  return samples;
}

function emptyFrames(): readonly [Int16Array, Int16Array] {
  return [new Int16Array(PARAMETERS), new Int16Array(PARAMETERS)];
}

function writeHeader(file: Uint8Array, { samples, octets }: { samples: number; octets: number }): void {
  const view = new DataView(file.buffer);
  const put = (at: number, text: string) => file.set(Buffer.from(text, 'latin1'), at);
  put(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  put(8, 'WAVEfmt ');
  view.setUint32(16, 20, true);
  view.setUint16(20, GSM_TAG, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, (8000 * GSM_BLOCK_OCTETS) / GSM_BLOCK_SAMPLES, true);
  view.setUint16(32, GSM_BLOCK_OCTETS, true);
  // No bits a sample; two more octets: samples of a block.
  view.setUint16(36, 2, true);
  view.setUint16(38, GSM_BLOCK_SAMPLES, true);
  put(40, 'fact');
  view.setUint32(44, 4, true);
  view.setUint32(48, samples, true);
  put(52, 'data');
  view.setUint32(56, octets, true);
}
