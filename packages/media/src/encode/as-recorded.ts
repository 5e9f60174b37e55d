import { emptyWav, putSamples, writeG711Wav } from '../audio/wav-write.ts';
import { Concealer } from '../codec/concealer.ts';
import { decodeG711, encodeG711 } from '../codec/g711.ts';
import type { G711Law } from '../sdp/settings.ts';
import type { Track, TrackGap } from './track.ts';
import { decoderOf, soundOf } from './track-sound.ts';

/** What a concealer knows of what was heard before a loss, and changes of what comes after it, octets. */
const BEFORE = 400;
const AFTER = 80;

/** A WAV file of a recording as it was heard: G.711 octet for octet but for its losses; a wideband recording as PCM of 16 kHz, at its own level. */
export async function asRecorded(track: Track): Promise<Uint8Array> {
  if (track.codec === 'G722') return wide(track);
  const { codec, octets } = track;
  for (const gap of track.gaps) if (gap.concealed) conceal(codec, octets, gap);
  return writeG711Wav(codec, octets);
}

async function wide(track: Track): Promise<Uint8Array> {
  const decoder = decoderOf(track.codec);
  const { file, offset } = emptyWav({ encoding: 'PCM', rate: decoder.rate, samples: 2 * track.octets.length });
  let at = offset;
  for await (const samples of soundOf(track, decoder)) {
    putSamples(file, at, samples);
    at += 2 * samples.length;
  }
  return file;
}

function conceal(law: G711Law, octets: Uint8Array, gap: TrackGap): void {
  const concealer = new Concealer(8000);
  const piece = (from: number, to: number) => octets.subarray(Math.max(0, from), to);
  concealer.heard(samplesOf(law, piece(gap.at - BEFORE, gap.at)));
  const lost = new Int16Array(gap.length);
  concealer.lost(lost);
  encodeG711(law, lost, piece(gap.at, gap.at + gap.length));
  const after = piece(gap.at + gap.length, gap.at + gap.length + AFTER);
  const blended = samplesOf(law, after);
  concealer.heard(blended);
  encodeG711(law, blended, after);
}

function samplesOf(law: G711Law, octets: Uint8Array): Int16Array {
  const samples = new Int16Array(octets.length);
  decodeG711(law, octets, samples);
  return samples;
}
