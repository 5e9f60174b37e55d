import type { G711Law } from '../sdp/settings.ts';

const TAGS = { PCM: 1, PCMA: 6, PCMU: 7 } as const;

/** What is in a WAV file, one channel. */
export interface WavContent {
  readonly encoding: 'PCM' | G711Law;
  /** Samples a second. */
  readonly rate: number;
  /** Number of samples. */
  readonly samples: number;
}

/** A WAV file that is still silent, and the offset of its samples: 16 bits little-endian for PCM, one byte for G.711. */
export function emptyWav({ encoding, rate, samples }: WavContent): { file: Uint8Array; offset: number } {
  const pcm = encoding === 'PCM';
  const width = pcm ? 2 : 1;
  // Every format but PCM has an extension of its fmt chunk (empty here) and a fact chunk.
  const offset = pcm ? 44 : 58;
  const length = samples * width;
  const file = new Uint8Array(offset + length + (length % 2));
  const view = new DataView(file.buffer);
  const put = (at: number, text: string) => file.set(Buffer.from(text, 'latin1'), at);
  put(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  put(8, 'WAVEfmt ');
  view.setUint32(16, pcm ? 16 : 18, true);
  view.setUint16(20, TAGS[encoding], true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * width, true);
  view.setUint16(32, width, true);
  view.setUint16(34, width * 8, true);
  if (!pcm) {
    put(38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, samples, true);
  }
  put(offset - 8, 'data');
  view.setUint32(offset - 4, length, true);
  return { file, offset };
}

/** A WAV file, one channel, of 16-bit samples. `rate` in Hz. */
export function writeWav(samples: Int16Array, rate: number): Uint8Array {
  const { file, offset } = emptyWav({ encoding: 'PCM', rate, samples: samples.length });
  putSamples(file, offset, samples);
  return file;
}

/** A WAV file, one channel, 8 kHz, of G.711 bytes as they are. */
export function writeG711Wav(codec: G711Law, bytes: Uint8Array): Uint8Array {
  const { file, offset } = emptyWav({ encoding: codec, rate: 8000, samples: bytes.length });
  file.set(bytes, offset);
  return file;
}

/** Puts 16-bit samples, little-endian, into a file. */
export function putSamples(file: Uint8Array, offset: number, samples: Int16Array): void {
  const view = new DataView(file.buffer, file.byteOffset + offset, samples.length * 2);
  for (let i = 0; i < samples.length; i++) view.setInt16(2 * i, samples[i], true);
}
