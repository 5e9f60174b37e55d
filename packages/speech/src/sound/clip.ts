import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodePcma, encodePcmu } from '@parley/media';

/** Samples per second of everything that is said on a call. */
export const CLIP_RATE = 8000;

/** A piece of sound, encoded once for all calls. */
export interface Clip {
  /** The same sound has the same key for the life of the process; another sound never has it. */
  readonly key: string;
  /** 8 kHz mono, one byte a sample, both laws, as the media workers take it. */
  readonly audio: { readonly pcmu: SharedArrayBuffer; readonly pcma: SharedArrayBuffer };
  readonly millis: number;
}

/** Samples encoded in one go: 8 s of sound, under a millisecond. */
const SLICE = 64_000;

/** Encodes 8 kHz samples. A long recording is encoded in slices, so that the thread is never held up. */
export async function encodeClip(key: string, samples: Int16Array): Promise<Clip> {
  const clip = emptyClip(key, samples.length);
  for (let at = 0; at < samples.length; at += SLICE) {
    if (at > 0) await nextTurn();
    const slice = samples.subarray(at, at + SLICE);
    encodePcmu(slice, new Uint8Array(clip.audio.pcmu, at, slice.length));
    encodePcma(slice, new Uint8Array(clip.audio.pcma, at, slice.length));
  }
  return clip;
}

function emptyClip(key: string, length: number): Clip {
  const audio = { pcmu: new SharedArrayBuffer(length), pcma: new SharedArrayBuffer(length) };
  return { key, audio, millis: (length * 1000) / CLIP_RATE };
}

/** Bytes that a clip holds in memory. */
export function bytesOf(clip: Clip): number {
  return clip.audio.pcmu.byteLength + clip.audio.pcma.byteLength;
}

/** A key from everything that the sound depends on. */
export function hashOf(...of: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex');
}
