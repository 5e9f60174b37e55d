import { ParleyError } from '@parley/base';
import { decodeG711, encodeG711, silenceByte, transcode } from '../codec/g711.ts';
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

/** A whole recording: G.711 bytes of one law at 8 kHz, without gaps. */
export interface Track {
  readonly codec: CodecName;
  readonly bytes: Uint8Array;
}

/** Longest loss that is concealed, milliseconds. What is longer is heard as silence, as a listener on the line would have. */
export const CONCEALED_MILLIS = 60;

/** Samples (20 ms) that are repeated to conceal a loss. */
const REPEATED = 160;
const SAMPLES_PER_MILLI = 8;

/**
 * Joins pieces into one track of the first piece's law, copying them. Short losses repeat the last 20 ms, fading out; other gaps are silence.
 * @throws ParleyError `RECORDING_TOO_LONG` beyond `maxMillis`.
 */
export async function trackOf(
  pieces: AsyncIterable<RecordingPiece> | Iterable<RecordingPiece>,
  maxMillis: number,
): Promise<Track> {
  let codec: CodecName | undefined;
  let leading = 0;
  let length = 0;
  let bytes = new Uint8Array(8000);
  const room = (more: number): Uint8Array => {
    // Written so that a length which is no number is refused too.
    if (!((length + more) / SAMPLES_PER_MILLI <= maxMillis))
      throw new ParleyError('RECORDING_TOO_LONG', `a recording of more than ${maxMillis} ms is not encoded`);
    if (length + more > bytes.length) {
      const larger = new Uint8Array(Math.max(length + more, bytes.length * 2));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    length += more;
    return bytes.subarray(length - more, length);
  };
  for await (const piece of pieces) {
    if (piece.kind === 'audio') {
      const into = room(piece.bytes.length);
      codec ??= piece.codec;
      if (piece.codec === codec) into.set(piece.bytes);
      else transcode(piece.codec, piece.bytes, into);
      continue;
    }
    const before = length;
    const into = room(Math.max(0, Math.round(piece.millis * SAMPLES_PER_MILLI)));
    if (codec === undefined) leading = length;
    else fillGap(codec, { heard: bytes.subarray(0, before), into, concealed: isConcealed(piece) });
  }
  codec ??= 'PCMU';
  bytes.fill(silenceByte(codec), 0, leading);
  return { codec, bytes: bytes.subarray(0, length) };
}

function isConcealed({ millis, reason }: RecordingPiece & { kind: 'gap' }): boolean {
  return millis <= CONCEALED_MILLIS && reason !== 'hold' && reason !== 'dtx';
}

/** Fills `into`, which follows `heard`, with a fading repetition or with silence. */
function fillGap(codec: CodecName, gap: { heard: Uint8Array; into: Uint8Array; concealed: boolean }): void {
  const { heard, into, concealed } = gap;
  if (!concealed || heard.length < REPEATED) {
    into.fill(silenceByte(codec));
    return;
  }
  const last = new Int16Array(REPEATED);
  decodeG711(codec, heard.subarray(heard.length - REPEATED), last);
  const fade = CONCEALED_MILLIS * SAMPLES_PER_MILLI;
  encodeG711(
    codec,
    Int16Array.from(into, (_, i) => last[i % REPEATED] * (1 - i / fade)),
    into,
  );
}
