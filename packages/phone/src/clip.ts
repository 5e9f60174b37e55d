import { type ClipAudio, encodeG711, G722Encoder, resample } from '@parley/media';

/** Sound that a phone has encoded, to be said in any number of calls. */
export interface Clip {
  readonly number: number;
  readonly millis: number;
}

/** Rates of sound that a phone says: that of a narrow and that of a wide band. */
export type SaidRate = 8000 | 16_000;

/** Sound in both laws and, when it is of 16 kHz, in G.722. */
export function encodeClip(samples: Int16Array, rate: SaidRate): ClipAudio {
  const narrow = resample(samples, rate, 8000);
  const coded = () => new SharedArrayBuffer(narrow.length);
  const [pcmu, pcma] = [coded(), coded()];
  encodeG711('PCMU', narrow, new Uint8Array(pcmu));
  encodeG711('PCMA', narrow, new Uint8Array(pcma));
  if (rate === 8000) return { pcmu, pcma };
  const g722 = coded();
  const even = new Int16Array(2 * narrow.length);
  even.set(samples.subarray(0, even.length));
  new G722Encoder().encode(even, new Uint8Array(g722));
  return { pcmu, pcma, g722 };
}
