import { readFile } from 'node:fs/promises';
import { Bug } from '@parley/base';
import { createEncoder as createWasmEncoder, type WasmMediaEncoder } from 'wasm-media-encoders';

/** Bits for a sample: 16 kbit/s at 8 kHz, what the originals used for a telephone's band. Constant, because players misjudge the length of a variable rate. */
const KILOBITS_AT = { 8000: 16, 16000: 32 } as const;

/** MP3 (MPEG 2.5 layer III, 16 kbit/s at 8 kHz; MPEG 2, 32 kbit/s at 16 kHz; mono). One recording at a time: `begin`, any number of `add`, `end`. */
export interface Mp3Encoder {
  /** @param rate 8000 or 16000 samples a second. */
  begin(rate: number): void;
  /** Samples; they are made `gain` times as loud. */
  add(samples: Int16Array, gain: number): void;
  /** The whole file. */
  end(): Uint8Array;
}

/** Loads the encoder (LAME as WebAssembly, about 3 ms and 2 MB); it serves any number of recordings. */
export async function loadMp3Encoder(): Promise<Mp3Encoder> {
  const wasm = await readFile(new URL(import.meta.resolve('wasm-media-encoders/wasm/mp3')));
  return mp3Encoder(await createWasmEncoder('audio/mpeg', wasm));
}

function mp3Encoder(encoder: WasmMediaEncoder<'audio/mpeg'>): Mp3Encoder {
  const parts: Uint8Array[] = [];
  let scaled = new Float32Array(8000);
  // What it returns is a view of its memory, good until the next call.
  const keep = (encoded: Uint8Array) => encoded.length > 0 && parts.push(encoded.slice());
  return {
    begin(rate) {
      if (rate !== 8000 && rate !== 16000) throw new Bug(`no MP3 of ${rate} Hz is made`);
      parts.length = 0;
      encoder.configure({ channels: 1, sampleRate: rate, bitrate: KILOBITS_AT[rate], outputSampleRate: rate });
    },
    add(samples, gain) {
      if (scaled.length < samples.length) scaled = new Float32Array(samples.length);
      for (let i = 0; i < samples.length; i++) scaled[i] = (samples[i] * gain) / 32768;
      keep(encoder.encode([scaled.subarray(0, samples.length)]));
    },
    end() {
      keep(encoder.finalize());
      const file = Buffer.concat(parts);
      parts.length = 0;
      return file;
    },
  };
}
