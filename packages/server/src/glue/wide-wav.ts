import { createEncoder, type RecordingPiece } from '@parley/media/encode';

/** A recording as a WAV file, for who exports a wideband one from the spool. */
export async function wideWav(pieces: AsyncIterable<RecordingPiece>): Promise<Uint8Array> {
  return (await createEncoder().encodeRecording({ pieces, format: 'Pcm' })).bytes;
}
