import { GsmWav } from '../audio/wav-gsm.ts';
import { emptyWav, putSamples } from '../audio/wav-write.ts';
import { asRecorded } from './as-recorded.ts';
import { loudness } from './loudness.ts';
import { loadMp3Encoder, type Mp3Encoder } from './mp3.ts';
import { type RecordingPiece, type Track, trackOf } from './track.ts';
import { decoderOf, narrowDecoderOf, soundOf } from './track-sound.ts';

/**
 * What a recording is turned into: MP3; a WAV file as it was recorded (G.711, or PCM of 16 kHz when it is wide); a WAV file of 16-bit PCM. A wideband
 * recording makes an MP3 file of 16 kHz and 32 kbit/s, any other one of 8 kHz and 16 kbit/s. A WAV file of GSM 06.10 is narrow whatever was recorded.
 */
export type RecordingFormat = 'Mp3' | 'G711' | 'Pcm' | 'Gsm';

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
  /** Length of what was said (an MP3 file plays up to 150 ms longer: its frames are 72 ms, or 36). */
  readonly millis: number;
}

/** Turns recordings into files, one after the other. */
export interface RecordingEncoder {
  /**
   * Fills gaps (losses are concealed), makes a faint recording louder (not one that is to stay as it was recorded; at most 12 dB) and encodes it. Gives way to other work every five seconds of sound.
   * @throws ParleyError `RECORDING_TOO_LONG`, and whatever `pieces` throws.
   */
  encodeRecording(recording: RecordingToEncode): Promise<EncodedRecording>;
}

const TWO_HOURS = 2 * 60 * 60 * 1000;

/** An encoder. The MP3 part is loaded with the first recording that needs it, and used again. */
export function createEncoder(): RecordingEncoder {
  let mp3: Mp3Encoder | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const encode = async (track: Track, format: RecordingFormat): Promise<EncodedRecording> => {
    const millis = track.octets.length / 8;
    if (format === 'G711') return wav(await asRecorded(track), millis);
    if (format === 'Pcm') return wav(await pcm(track), millis);
    if (format === 'Gsm') return wav(await gsm(track), millis);
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
  const decoder = decoderOf(track.codec);
  const samples = (track.octets.length * decoder.rate) / 8000;
  const { file, offset } = emptyWav({ encoding: 'PCM', rate: decoder.rate, samples });
  const gain = await loudness(soundOf(track, decoderOf(track.codec)), decoder.rate);
  let at = offset;
  for await (const part of soundOf(track, decoder)) {
    for (let i = 0; i < part.length; i++) part[i] = Math.round(part[i] * gain);
    putSamples(file, at, part);
    at += 2 * part.length;
  }
  return file;
}

async function gsm(track: Track): Promise<Uint8Array> {
  const gain = await loudness(soundOf(track, narrowDecoderOf(track.codec)), 8000);
  const file = new GsmWav(track.octets.length);
  for await (const samples of soundOf(track, narrowDecoderOf(track.codec))) {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(samples[i] * gain);
    file.add(samples);
  }
  return file.end();
}

async function mpeg(track: Track, encoder: Mp3Encoder): Promise<Uint8Array> {
  const decoder = decoderOf(track.codec);
  const gain = await loudness(soundOf(track, decoderOf(track.codec)), decoder.rate);
  encoder.begin(decoder.rate);
  for await (const samples of soundOf(track, decoder)) encoder.add(samples, gain);
  return encoder.end();
}
