import { ParleyError } from '@parley/base';
import { CONCEALED_MILLIS } from '../codec/concealer.ts';
import { silenceByte } from '../codec/silence.ts';
import { type Transcoder, transcoderOf } from '../codec/transcoder.ts';
import type { CodecName } from '../sdp/settings.ts';

/** A piece of a recording, in the order in which it was heard. */
export type RecordingPiece =
  | { readonly kind: 'audio'; readonly codec: CodecName; readonly bytes: Uint8Array }
  | {
      readonly kind: 'gap';
      readonly millis: number;
      /** Only a loss is concealed. Without a reason, a short gap is taken for one. */
      readonly reason?: 'loss' | 'hold' | 'dtx';
    };

/** A stretch of a track that holds no sound of the caller; `octets` has silence there. */
export interface TrackGap {
  /** First octet. */
  readonly at: number;
  readonly length: number;
  /** Whether a listener on the line would have heard a repetition of what was before. */
  readonly concealed: boolean;
}

/** A whole recording in one codec: 160 octets in 20 ms, gaps included. */
export interface Track {
  readonly codec: CodecName;
  readonly octets: Uint8Array;
  readonly gaps: readonly TrackGap[];
}

const OCTETS_PER_MILLI = 8;

/**
 * Joins pieces into one track, copying them. Its codec is that of the first piece, or G.722 when any piece is wide: nothing of the wide band is lost.
 * @throws ParleyError `RECORDING_TOO_LONG` beyond `maxMillis`.
 */
export async function trackOf(
  pieces: AsyncIterable<RecordingPiece> | Iterable<RecordingPiece>,
  maxMillis: number,
): Promise<Track> {
  const track = new GrowingTrack(maxMillis);
  for await (const piece of pieces) {
    if (piece.kind === 'audio') track.audio(piece.codec, piece.bytes);
    else track.gap(Math.max(0, Math.round(piece.millis * OCTETS_PER_MILLI)), isConcealed(piece));
  }
  return track.whole();
}

function isConcealed({ millis, reason }: RecordingPiece & { kind: 'gap' }): boolean {
  return reason === 'loss' || (reason === undefined && millis <= CONCEALED_MILLIS);
}

class GrowingTrack {
  readonly #maxMillis: number;
  readonly #gaps: TrackGap[] = [];
  #octets = new Uint8Array(8000);
  #length = 0;
  #codec: CodecName | undefined;
  /** From the codec of the last piece to that of the track. */
  #from: CodecName | undefined;
  #transcoder: Transcoder | undefined;

  constructor(maxMillis: number) {
    this.#maxMillis = maxMillis;
  }

  audio(codec: CodecName, bytes: Uint8Array): void {
    if (this.#codec === undefined || (codec === 'G722' && this.#codec !== 'G722')) this.#become(codec);
    if (codec !== this.#from) {
      this.#from = codec;
      this.#transcoder = transcoderOf(codec, this.#codec ?? codec);
    }
    const at = this.#extend(bytes.length);
    if (this.#transcoder) this.#transcoder.run(bytes, 0, bytes.length, this.#octets, at);
    else this.#octets.set(bytes, at);
  }

  gap(length: number, concealed: boolean): void {
    const at = this.#extend(length);
    this.#gaps.push({ at, length, concealed });
    this.#octets.fill(silenceByte(this.#codec ?? 'PCMU'), at, at + length);
  }

  whole(): Track {
    return { codec: this.#codec ?? 'PCMU', octets: this.#octets.subarray(0, this.#length), gaps: this.#gaps };
  }

  /** Gives what is there another codec. */
  #become(codec: CodecName): void {
    const before = this.#codec;
    this.#codec = codec;
    this.#from = undefined;
    if (before === undefined) this.#octets.fill(silenceByte(codec), 0, this.#length);
    else transcoderOf(before, codec)?.run(this.#octets, 0, this.#length, this.#octets, 0);
  }

  #extend(more: number): number {
    const at = this.#length;
    // Written so that a length which is no number is refused too.
    if (!((at + more) / OCTETS_PER_MILLI <= this.#maxMillis))
      throw new ParleyError('RECORDING_TOO_LONG', `a recording of more than ${this.#maxMillis} ms is not encoded`);
    if (at + more > this.#octets.length) {
      const larger = new Uint8Array(Math.max(at + more, this.#octets.length * 2));
      larger.set(this.#octets.subarray(0, at));
      this.#octets = larger;
    }
    this.#length += more;
    return at;
  }
}
