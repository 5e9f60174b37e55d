import type { TakeRole } from '../draft.ts';

/** Codecs a recording can hold, all with 8 octets a millisecond: one sample of 8 kHz in G.711, two of 16 kHz in G.722. Lengths count octets as samples. */
export type AudioCodec = 'PCMU' | 'PCMA' | 'G722';
/** Why there is no audio for a while. */
export type GapReason = 'loss' | 'hold' | 'dtx';

/** A stretch of a recording, in the order of time. */
export type AudioPiece =
  | { readonly kind: 'audio'; readonly codec: AudioCodec; readonly bytes: Uint8Array }
  | { readonly kind: 'gap'; readonly millis: number; readonly reason: GapReason };

export const SAMPLES_PER_MILLI = 8;
/** Id, take, role, codec, first sample, samples, samples with sound. */
export const AUDIO_HEAD = 26 + 2 + 1 + 1 + 4 + 4 + 4;
/** Kind and length before each run. */
export const RUN_HEAD = 5;
export const RUN_AUDIO = 0;

const CODECS: readonly AudioCodec[] = ['PCMU', 'PCMA', 'G722'];
const ROLES: readonly TakeRole[] = ['replace', 'add'];
const GAPS: readonly GapReason[] = ['loss', 'hold', 'dtx'];

export const codecNumber = (codec: AudioCodec): number => CODECS.indexOf(codec);
export const roleNumber = (role: TakeRole): number => ROLES.indexOf(role);
export const roleOf = (number: number): TakeRole => ROLES[number] ?? 'add';
export const gapNumber = (reason: GapReason): number => GAPS.indexOf(reason) + 1;

/** The fixed part of an AUDIO record. */
export interface AudioHead {
  readonly take: number;
  readonly role: TakeRole;
  readonly codec: AudioCodec;
  /** Where it begins, samples from the start of the take. */
  readonly start: number;
  /** How long it is, samples, gaps included. */
  readonly samples: number;
  readonly soundSamples: number;
}

export function readAudioHead(body: Buffer): AudioHead {
  return {
    take: body.readUInt16BE(26),
    role: roleOf(body.readUInt8(28)),
    codec: CODECS[body.readUInt8(29)] ?? 'PCMU',
    start: body.readUInt32BE(30),
    samples: body.readUInt32BE(34),
    soundSamples: body.readUInt32BE(38),
  };
}

/** The runs of an AUDIO record. The bytes are views into `body`. */
export function* readRuns(body: Buffer): Generator<AudioPiece> {
  const { codec } = readAudioHead(body);
  for (let at = AUDIO_HEAD; at + RUN_HEAD <= body.length; ) {
    const kind = body.readUInt8(at);
    const length = body.readUInt32BE(at + 1);
    at += RUN_HEAD;
    if (kind !== RUN_AUDIO) yield { kind: 'gap', millis: length / SAMPLES_PER_MILLI, reason: GAPS[kind - 1] ?? 'loss' };
    else {
      yield { kind: 'audio', codec, bytes: body.subarray(at, at + length) };
      at += length;
    }
  }
}

/**
 * Puts the AUDIO records of one take behind one another: what is missing between them becomes a gap of its length, and nothing
 * comes out behind `keepMillis`.
 */
export class TakeCursor {
  readonly #keepSamples: number;
  #at = 0;

  constructor(keepMillis = Number.POSITIVE_INFINITY) {
    this.#keepSamples = Math.round(keepMillis * SAMPLES_PER_MILLI);
  }

  /** Whether all that counts has come out. */
  get done(): boolean {
    return this.#at >= this.#keepSamples;
  }

  *pieces(body: Buffer): Generator<AudioPiece> {
    const { start } = readAudioHead(body);
    if (start > this.#at)
      yield* this.#cut({ kind: 'gap', millis: (start - this.#at) / SAMPLES_PER_MILLI, reason: 'loss' });
    for (const piece of readRuns(body)) yield* this.#cut(piece);
  }

  *#cut(piece: AudioPiece): Generator<AudioPiece> {
    const left = this.#keepSamples - this.#at;
    if (left <= 0) return;
    if (piece.kind === 'gap') {
      const samples = Math.min(left, Math.round(piece.millis * SAMPLES_PER_MILLI));
      this.#at += samples;
      if (samples > 0) yield { ...piece, millis: samples / SAMPLES_PER_MILLI };
      return;
    }
    const bytes = piece.bytes.subarray(0, Math.min(left, piece.bytes.length));
    this.#at += bytes.length;
    if (bytes.length > 0) yield { ...piece, bytes };
  }
}
