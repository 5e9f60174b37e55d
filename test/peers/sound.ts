import { writeFileSync } from 'node:fs';
import { chord, encodeG711, findTones, readWavAt8k, type ToneSegment, writeWav } from '@parley/media';
import { MPEGDecoder } from 'mpg123-decoder';

/** Tones that callers say, Hz: below those of the test language and between those of keys. */
export const CALLER_TONES = [400, 550, 1050, 1150, 1600] as const;

export interface ToneSequenceOptions {
  readonly toneMillis?: number;
  readonly pauseMillis?: number;
  readonly rate?: number;
}

/** Tones one after the other with a pause behind each, 8 kHz when no rate is given. */
export function toneSequence(
  hertz: readonly number[],
  { toneMillis = 400, pauseMillis = 100, rate = 8000 }: ToneSequenceOptions = {},
): Int16Array {
  const step = ((toneMillis + pauseMillis) * rate) / 1000;
  const samples = new Int16Array(hertz.length * step);
  for (const [i, each] of hertz.entries()) samples.set(chord([each], toneMillis, { rate }), i * step);
  return samples;
}

export function writeWavFile(path: string, samples: Int16Array, rate = 8000): void {
  writeFileSync(path, writeWav(samples, rate));
}

/** Raw mu-law, as SIPp plays it. */
export function writeMuLawFile(path: string, samples: Int16Array): void {
  const coded = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, coded);
  writeFileSync(path, coded);
}

/** The sound of an attachment, by decoders that are not the server's encoder: mpg123 for MP3. */
export async function decodeAudio(contentType: string, bytes: Uint8Array): Promise<Int16Array> {
  if (contentType !== 'audio/mpeg') return readWavAt8k(bytes);
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const { channelData, sampleRate, errors } = decoder.decode(bytes);
    if (errors.length > 0) throw new Error(`mpg123 complains: ${errors.map(each => each.message).join('; ')}`);
    return atRate8k(channelData[0], sampleRate);
  } finally {
    decoder.free();
  }
}

function atRate8k(floats: Float32Array, rate: number): Int16Array {
  const samples = Int16Array.from(floats, value => Math.max(-32768, Math.min(32767, Math.round(value * 32767))));
  return rate === 8000 ? samples : readWavAt8k(writeWav(samples, rate));
}

/** The caller's tones in a message, in order. */
export function heardTones(samples: Int16Array, minMillis = 60): ToneSegment[] {
  return findTones(samples, 8000, CALLER_TONES, { minMillis });
}
