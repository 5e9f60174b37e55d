import { type ClipAudio, encodeG711 } from '@parley/media';

/** Sound that a phone has encoded, to be said in any number of calls. */
export interface Clip {
  readonly number: number;
  readonly millis: number;
}

/** 8 kHz samples in both laws. */
export function encodeClip(samples: Int16Array): ClipAudio {
  const pcmu = new SharedArrayBuffer(samples.length);
  const pcma = new SharedArrayBuffer(samples.length);
  encodeG711('PCMU', samples, new Uint8Array(pcmu));
  encodeG711('PCMA', samples, new Uint8Array(pcma));
  return { pcmu, pcma };
}
