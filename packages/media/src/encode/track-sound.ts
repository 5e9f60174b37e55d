import { setImmediate } from 'node:timers/promises';
import { Concealer } from '../codec/concealer.ts';
import { decodeG711 } from '../codec/g711.ts';
import { G722_RATE, G722Decoder } from '../codec/g722.ts';
import { NarrowG722Decoder } from '../codec/g722-narrow.ts';
import type { CodecName } from '../sdp/settings.ts';
import type { Track, TrackGap } from './track.ts';

/** Octets decoded in one go: a second. */
const CHUNK = 8000;
const CHUNKS_AT_ONCE = 5;

/** Turns octets of one codec into samples; one per stream, in its order. */
export interface OctetDecoder {
  /** Samples a second. */
  readonly rate: number;
  /** Decodes into `to`, whose length fits exactly. */
  decode(from: Uint8Array, to: Int16Array): void;
}

/** The whole band of a codec. */
export function decoderOf(codec: CodecName): OctetDecoder {
  if (codec !== 'G722') return { rate: 8000, decode: (from, to) => decodeG711(codec, from, to) };
  const decoder = new G722Decoder();
  return { rate: G722_RATE, decode: (from, to) => decoder.decode(from, to) };
}

/** Telephone speech at 8 kHz, whatever was recorded: of G.722 the lower band. */
export function narrowDecoderOf(codec: CodecName): OctetDecoder {
  if (codec !== 'G722') return decoderOf(codec);
  const decoder = new NarrowG722Decoder();
  return { rate: 8000, decode: (from, to) => decoder.decode(from, to) };
}

/**
 * The sound of a track, a second at a time, with its losses concealed; the samples are lent until the next. Gives way to other work every five
 * seconds of sound.
 */
export async function* soundOf(track: Track, decoder: OctetDecoder): AsyncGenerator<Int16Array> {
  const sound = new TrackSound(track, decoder);
  for (let chunk = 1, samples = sound.next(); samples; samples = sound.next(), chunk++) {
    yield samples;
    if (chunk % CHUNKS_AT_ONCE === 0) await setImmediate();
  }
}

class TrackSound {
  readonly #track: Track;
  readonly #decoder: OctetDecoder;
  readonly #width: number;
  readonly #concealer: Concealer;
  readonly #samples: Int16Array;
  #at = 0;
  #gap = 0;

  constructor(track: Track, decoder: OctetDecoder) {
    this.#track = track;
    this.#decoder = decoder;
    this.#width = decoder.rate / 8000;
    this.#concealer = new Concealer(decoder.rate);
    this.#samples = new Int16Array(CHUNK * this.#width);
  }

  next(): Int16Array | undefined {
    const start = this.#at;
    const end = Math.min(this.#track.octets.length, start + CHUNK);
    if (start === end) return undefined;
    while (this.#at < end) {
      const from = this.#at;
      const gap = this.#gapHere();
      const to = Math.min(end, gap?.end ?? end);
      const samples = this.#samples.subarray((from - start) * this.#width, (to - start) * this.#width);
      if (gap?.of) this.#fill(gap.of, samples);
      else this.#decode(from, to, samples);
      this.#at = to;
    }
    return this.#samples.subarray(0, (end - start) * this.#width);
  }

  /** Up to where it goes on as here: in a gap (`of`), or before one. */
  #gapHere(): { readonly end: number; readonly of?: TrackGap } | undefined {
    const { gaps } = this.#track;
    while (this.#gap < gaps.length && gaps[this.#gap].at + gaps[this.#gap].length <= this.#at) this.#gap += 1;
    const gap = gaps.at(this.#gap);
    if (!gap || this.#gap >= gaps.length) return undefined;
    return gap.at > this.#at ? { end: gap.at } : { end: gap.at + gap.length, of: gap };
  }

  #fill(gap: TrackGap, samples: Int16Array): void {
    if (gap.concealed) this.#concealer.lost(samples);
    else {
      samples.fill(0);
      this.#concealer.heard(samples);
    }
  }

  #decode(from: number, to: number, samples: Int16Array): void {
    this.#decoder.decode(this.#track.octets.subarray(from, to), samples);
    this.#concealer.heard(samples);
  }
}
