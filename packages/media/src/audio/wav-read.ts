import { decodePcma, decodePcmu } from '../codec/g711.ts';
import { GSM_BLOCK_OCTETS } from '../codec/gsm-parameters.ts';
import { resample } from './resample.ts';
import { wavChunks } from './wav-chunks.ts';
import { WavError } from './wav-error.ts';
import { decodeGsm } from './wav-gsm.ts';

/** Sound, one channel, 16 bits. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  readonly samples: Int16Array;
}

/** What is read at most. */
export interface WavLimits {
  /** Longest sound, milliseconds; 20 minutes when not given. Longer is an error, not a cut. */
  readonly maxMillis?: number;
}

const TWENTY_MINUTES = 20 * 60 * 1000;
const GSM_BLOCK_MILLIS = 40;

/**
 * Reads a WAV file: PCM with 8 or 16 bits, mu-law, A-law, GSM 06.10; one channel, or two that are mixed down; 8 to 48 kHz. The result keeps the file's
 * rate. Memory used is at most 4 times the size of the file, 10 times for GSM. An empty data chunk gives no samples.
 * @throws WavError (`WAV_UNUSABLE`)
 */
export function readWav(file: Uint8Array, { maxMillis = TWENTY_MINUTES }: WavLimits = {}): Sound {
  const { format, data } = wavChunks(file);
  const { encoding, channels, rate } = format;
  if (encoding === 'gsm') return gsm(data, maxMillis);
  const block = channels * (encoding === 'pcm16' ? 2 : 1);
  const count = Math.floor(data.length / block);
  checkLength((count * 1000) / rate, maxMillis);
  const all = decoded(encoding, data.subarray(0, count * block));
  return { rate, samples: channels === 2 ? mixedDown(all) : all };
}

function gsm(data: Uint8Array, maxMillis: number): Sound {
  checkLength(Math.floor(data.length / GSM_BLOCK_OCTETS) * GSM_BLOCK_MILLIS, maxMillis);
  return { rate: 8000, samples: decodeGsm(data) };
}

function checkLength(millis: number, maxMillis: number): void {
  if (Math.round(millis) > maxMillis)
    throw new WavError(`${Math.round(millis)} ms long; at most ${maxMillis} ms are allowed`);
}

/** As `readWav`, at 8 kHz: ready for a telephone. */
export function readWavAt8k(file: Uint8Array, limits: WavLimits = {}): Int16Array {
  const { rate, samples } = readWav(file, limits);
  return resample(samples, rate, 8000);
}

function decoded(encoding: 'pcm8' | 'pcm16' | 'pcmu' | 'pcma', data: Uint8Array): Int16Array {
  const samples = new Int16Array(encoding === 'pcm16' ? data.length / 2 : data.length);
  if (encoding === 'pcmu') decodePcmu(data, samples);
  else if (encoding === 'pcma') decodePcma(data, samples);
  else if (encoding === 'pcm8') for (let i = 0; i < samples.length; i++) samples[i] = (data[i] - 128) << 8;
  else {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true);
  }
  return samples;
}

function mixedDown(stereo: Int16Array): Int16Array {
  return Int16Array.from({ length: stereo.length / 2 }, (_, i) => (stereo[2 * i] + stereo[2 * i + 1]) >> 1);
}
