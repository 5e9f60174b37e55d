import { GSM_BLOCK_OCTETS } from '../codec/gsm-parameters.ts';
import { WavError } from './wav-error.ts';
import { GSM_TAG } from './wav-gsm.ts';

/** What the `fmt ` chunk says. */
interface WavFormat {
  readonly encoding: 'pcm8' | 'pcm16' | 'pcmu' | 'pcma' | 'gsm';
  readonly channels: number;
  readonly rate: number;
}

/** A WAV file taken apart; `data` is a view into the file. */
export interface WavChunks {
  readonly format: WavFormat;
  readonly data: Uint8Array;
}

/** Rates that are taken, Hz. */
export const WAV_RATES: readonly number[] = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

/** Chunks that are looked at before and between `fmt ` and `data`. */
const MAX_CHUNKS = 100;

/**
 * Finds format and data of a RIFF/WAVE file. The sizes in it are claims: what writes to a pipe leaves them 0xffffffff or too large, so a
 * `data` chunk that is longer than the file ends with the file; any other chunk that does ends the search. The size of the whole is not looked at.
 */
export function wavChunks(file: Uint8Array): WavChunks {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || name(view, 0) !== 'RIFF' || name(view, 8) !== 'WAVE')
    throw new WavError('this is not a WAV file (RIFF, WAVE)');
  let format: WavFormat | undefined;
  let at = 12;
  for (let chunk = 0; chunk < MAX_CHUNKS && at + 8 <= file.length; chunk++) {
    const id = name(view, at);
    const size = view.getUint32(at + 4, true);
    if (id === 'data') {
      if (!format) throw new WavError('there is no fmt chunk before the data chunk');
      return { format, data: file.subarray(at + 8, at + 8 + size) };
    }
    if (at + 8 + size > file.length) break;
    if (id === 'fmt ') format = formatOf(new DataView(file.buffer, file.byteOffset + at + 8, size));
    at += 8 + size + (size % 2);
  }
  throw new WavError(format ? 'there is no data chunk' : 'there is no fmt chunk');
}

function name(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function formatOf(chunk: DataView): WavFormat {
  if (chunk.byteLength < 16) throw new WavError('the fmt chunk is shorter than 16 bytes');
  const channels = chunk.getUint16(2, true);
  const rate = chunk.getUint32(4, true);
  const block = chunk.getUint16(12, true);
  const bits = chunk.getUint16(14, true);
  const encoding = encodingOf(tagOf(chunk), bits);
  if (encoding === 'gsm') return gsmFormat({ channels, rate, block });
  if (channels !== 1 && channels !== 2) throw new WavError(`${channels} channels; 1 or 2 are allowed`);
  if (!WAV_RATES.includes(rate)) throw new WavError(`${rate} samples a second; ${WAV_RATES.join(', ')} are allowed`);
  if (block !== channels * (encoding === 'pcm16' ? 2 : 1))
    throw new WavError(`blocks of ${block} bytes do not fit ${channels} channels of ${bits} bits`);
  return { encoding, channels, rate };
}

function gsmFormat({ channels, rate, block }: { channels: number; rate: number; block: number }): WavFormat {
  if (channels !== 1 || rate !== 8000 || block !== GSM_BLOCK_OCTETS)
    throw new WavError(`GSM 06.10 has one channel, 8000 Hz and blocks of ${GSM_BLOCK_OCTETS} bytes`);
  return { encoding: 'gsm', channels, rate };
}

/** WAVE_FORMAT_EXTENSIBLE (0xfffe) holds the tag at the start of its GUID. */
function tagOf(chunk: DataView): number {
  const tag = chunk.getUint16(0, true);
  return tag === 0xfffe && chunk.byteLength >= 40 ? chunk.getUint16(24, true) : tag;
}

function encodingOf(tag: number, bits: number): WavFormat['encoding'] {
  if (tag === 1 && bits === 8) return 'pcm8';
  if (tag === 1 && bits === 16) return 'pcm16';
  if (tag === 6 && bits === 8) return 'pcma';
  if (tag === 7 && bits === 8) return 'pcmu';
  if (tag === GSM_TAG) return 'gsm';
  throw new WavError(
    `format ${tag} with ${bits} bits; PCM with 8 or 16 bits, A-law and mu-law with 8, and GSM 06.10 are allowed`,
  );
}
