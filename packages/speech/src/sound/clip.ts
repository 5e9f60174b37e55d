import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ClipAudio, encodePcma, encodePcmu, G722_RATE, G722Encoder, NarrowG722Encoder } from '@parley/media';
import { toRate } from './telephone.ts';

/** Samples per second of what is said to a narrowband caller. */
export const CLIP_RATE = 8000;
/** The same for a wideband one. */
export const WIDE_RATE = G722_RATE;

/** A piece of sound, encoded once for all calls. */
export interface Clip {
  /** The same sound has the same key for the life of the process; another sound never has it. */
  readonly key: string;
  /** As the media workers take it; with G.722 when clips are made for wideband callers too. */
  readonly audio: ClipAudio;
  readonly millis: number;
}

/** What a clip is made of. */
export interface ClipSound {
  readonly samples: Int16Array;
  /** Samples a second: 8000, or 16000 for sound that is wide. */
  readonly rate: number;
  /** Whether wideband callers are to hear it in their own codec. */
  readonly wide: boolean;
}

/** Samples of 8 kHz encoded in one go: a second of sound takes 0.1 ms in both laws, 1 ms in G.722. */
const SLICE = 16_000;

/** Encodes sound. A long recording is encoded in slices, so that the thread is never held up. */
export async function encodeClip(key: string, { samples, rate, wide }: ClipSound): Promise<Clip> {
  const narrow = await toRate(samples, rate, CLIP_RATE);
  const clip = emptyClip(key, narrow.length, wide);
  const { pcmu, pcma, g722 } = clip.audio;
  for (let at = 0; at < narrow.length; at += SLICE) {
    if (at > 0) await nextTurn();
    const slice = narrow.subarray(at, at + SLICE);
    encodePcmu(slice, new Uint8Array(pcmu, at, slice.length));
    encodePcma(slice, new Uint8Array(pcma, at, slice.length));
  }
  if (g722) await encodeG722({ samples, rate }, g722);
  return clip;
}

/** Narrow sound only fills the lower band, and needs no more samples for it. */
async function encodeG722(
  { samples, rate }: { readonly samples: Int16Array; readonly rate: number },
  into: SharedArrayBuffer,
): Promise<void> {
  const wide = rate !== CLIP_RATE;
  const encoder = wide ? new G722Encoder() : new NarrowG722Encoder();
  const perOctet = wide ? 2 : 1;
  for (let at = 0; at < into.byteLength; at += SLICE) {
    if (at > 0) await nextTurn();
    const length = Math.min(SLICE, into.byteLength - at);
    const slice = new Int16Array(length * perOctet);
    // The last sample of an odd number of them has no partner: silence.
    slice.set(samples.subarray(at * perOctet, (at + length) * perOctet));
    encoder.encode(slice, new Uint8Array(into, at, length));
  }
}

function emptyClip(key: string, length: number, wide: boolean): Clip {
  const octets = () => new SharedArrayBuffer(length);
  const audio = { pcmu: octets(), pcma: octets(), ...(wide && { g722: octets() }) };
  return { key, audio, millis: (length * 1000) / CLIP_RATE };
}

/** Bytes that a clip holds in memory. */
export function bytesOf({ audio }: Clip): number {
  return audio.pcmu.byteLength + audio.pcma.byteLength + (audio.g722?.byteLength ?? 0);
}

/** A key from everything that the sound depends on. */
export function hashOf(...of: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex');
}
