import { setImmediate } from 'node:timers/promises';
import { emptyWav, putSamples, writeG711Wav } from '../audio/wav-write.ts';
import { decodeG711 } from '../codec/g711.ts';
import { loudness } from './loudness.ts';
import { loadMp3Encoder, type Mp3Encoder } from './mp3.ts';
import { type RecordingPiece, type Track, trackOf } from './track.ts';

/** What a recording is turned into: MP3; a WAV file of G.711 as it was recorded; a WAV file of 16-bit PCM. */
export type RecordingFormat = 'Mp3' | 'G711' | 'Pcm';

/** A recording to be encoded. */
export interface RecordingToEncode {
  readonly pieces: AsyncIterable<RecordingPiece> | Iterable<RecordingPiece>;
  readonly format: RecordingFormat;
  /** Longest that is taken; two hours when not given. */
  readonly maxMillis?: number;
}

/** A recording as a file. */
export interface EncodedRecording {
  readonly bytes: Uint8Array;
  readonly contentType: 'audio/mpeg' | 'audio/wav';
  /** With its dot. */
  readonly extension: '.mp3' | '.wav';
  /** Length of what was said (an MP3 file plays up to 150 ms longer: its frames are 72 ms). */
  readonly millis: number;
}

/** Turns recordings into files, one after the other. */
export interface RecordingEncoder {
  /**
   * Fills gaps (`trackOf`), makes a faint recording louder (MP3 and PCM; at most 12 dB) and encodes it. Gives way to other work every five seconds of sound.
   * @throws ParleyError `RECORDING_TOO_LONG`, and whatever `pieces` throws.
   */
  encodeRecording(recording: RecordingToEncode): Promise<EncodedRecording>;
}

const TWO_HOURS = 2 * 60 * 60 * 1000;
const CHUNK = 8000;
const CHUNKS_AT_ONCE = 5;

/** An encoder. The MP3 part is loaded with the first recording that needs it, and used again. */
export function createEncoder(): RecordingEncoder {
  let mp3: Mp3Encoder | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const encode = async (track: Track, format: RecordingFormat): Promise<EncodedRecording> => {
    const millis = track.bytes.length / 8;
    if (format === 'G711') return wav(writeG711Wav(track.codec, track.bytes), millis);
    if (format === 'Pcm') return wav(await pcm(track), millis);
    mp3 ??= await loadMp3Encoder();
    return { bytes: await mpeg(track, mp3), contentType: 'audio/mpeg', extension: '.mp3', millis };
  };
  return {
    async encodeRecording({ pieces, format, maxMillis = TWO_HOURS }) {
      const track = await trackOf(pieces, maxMillis);
      // The encoder has one state: the next recording waits for this one. What becomes of it, only its own caller is told.
      const encoded = turn.then(() => encode(track, format));
      turn = encoded.then(noMatter, noMatter);
      return encoded;
    },
  };
}

function noMatter(): void {}

function wav(bytes: Uint8Array, millis: number): EncodedRecording {
  return { bytes, contentType: 'audio/wav', extension: '.wav', millis };
}

async function pcm(track: Track): Promise<Uint8Array> {
  const { file, offset } = emptyWav({ encoding: 'PCM', rate: 8000, samples: track.bytes.length });
  const gain = loudness(track);
  await inChunks(track, (samples, first) => {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(samples[i] * gain);
    putSamples(file, offset + 2 * first, samples);
  });
  return file;
}

async function mpeg(track: Track, encoder: Mp3Encoder): Promise<Uint8Array> {
  const gain = loudness(track);
  encoder.begin();
  await inChunks(track, samples => encoder.add(samples, gain));
  return encoder.end();
}

/** Decodes a second at a time into one buffer. */
async function inChunks(track: Track, take: (samples: Int16Array, first: number) => void): Promise<void> {
  const samples = new Int16Array(CHUNK);
  for (let first = 0; first < track.bytes.length; first += CHUNK) {
    const coded = track.bytes.subarray(first, first + CHUNK);
    decodeG711(track.codec, coded, samples);
    take(samples.subarray(0, coded.length), first);
    if ((first / CHUNK) % CHUNKS_AT_ONCE === CHUNKS_AT_ONCE - 1) await setImmediate();
  }
}
