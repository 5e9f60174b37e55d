import { Bug, codeOf, messageOf, ParleyError } from '@parley/base';
import type { Disk } from '../disk/disk.ts';
import { type AudioCodec, type AudioPiece, SAMPLES_PER_MILLI } from '../record/audio.ts';
import type { SpoolItem } from './entry.ts';

const WAV_HEADER = 44;
const RATE = 8000;

/** What is exported, and how. */
export interface Exported {
  readonly item: SpoolItem;
  /** The recording from its start; asked for twice. */
  audio(): AsyncIterable<AudioPiece>;
  /** Makes the WAV file of a wideband recording. */
  readonly wideWav?: (audio: AsyncIterable<AudioPiece>) => Promise<Uint8Array>;
}

/**
 * Writes `<id>.json` and, when there is audio, `<id>.wav` (16 bit, mono; 8 kHz, or whatever `wideWav` makes) to a folder. Returns their paths.
 * Rejects with SPOOL_NOT_EXPORTED when the folder cannot take them or has them already, or when nobody can decode the recording.
 */
export async function exportWav(disk: Disk, folder: string, from: Exported): Promise<string[]> {
  try {
    return await written(disk, folder, from);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    const why = code === 'EEXIST' ? 'it has been exported there before' : messageOf(error);
    throw new ParleyError(
      'SPOOL_NOT_EXPORTED',
      `${from.item.id} cannot be written to ${folder}: ${why}. Name a folder that exists and that the server may write to.`,
      { cause: error },
    );
  }
}

async function written(disk: Disk, folder: string, from: Exported): Promise<string[]> {
  const { item } = from;
  const json = `${folder}/${item.id}.json`;
  const file = await disk.create(json);
  const text = Buffer.from(`${JSON.stringify(item, undefined, 2)}\n`);
  try {
    await file.write(text, text.length, 0);
  } finally {
    await file.close();
  }
  if (item.kind !== 'message') return [json];
  const wav = `${folder}/${item.id}.wav`;
  if (await isWide(from.audio())) await writeWide(disk, wav, from);
  else await writeWav(disk, wav, from.audio());
  return [json, wav];
}

async function isWide(audio: AsyncIterable<AudioPiece>): Promise<boolean> {
  for await (const piece of audio) if (piece.kind === 'audio' && piece.codec === 'G722') return true;
  return false;
}

async function writeWide(disk: Disk, path: string, { item, audio, wideWav }: Exported): Promise<void> {
  if (!wideWav)
    throw new ParleyError('SPOOL_NOT_EXPORTED', `${item.id} is a wideband recording, which nothing here can decode`);
  const bytes = Buffer.from(await wideWav(audio()));
  const file = await disk.create(path);
  try {
    await file.write(bytes, bytes.length, 0);
  } finally {
    await file.close();
  }
}

async function writeWav(disk: Disk, path: string, audio: AsyncIterable<AudioPiece>): Promise<void> {
  const file = await disk.create(path);
  try {
    let position = WAV_HEADER;
    for await (const piece of audio) {
      const samples =
        piece.kind === 'audio' ? decoded(piece) : Buffer.alloc(Math.round(piece.millis * SAMPLES_PER_MILLI) * 2);
      await file.write(samples, samples.length, position);
      position += samples.length;
    }
    const header = wavHeader(position - WAV_HEADER);
    await file.write(header, header.length, 0);
  } finally {
    await file.close();
  }
}

function decoded(piece: { codec: AudioCodec; bytes: Uint8Array }): Buffer {
  if (piece.codec === 'G722') throw new Bug('a wideband recording is not decoded here');
  const expand = piece.codec === 'PCMU' ? expandMu : expandA;
  const samples = Buffer.alloc(piece.bytes.length * 2);
  for (let i = 0; i < piece.bytes.length; i++) samples.writeInt16LE(expand(piece.bytes[i]), i * 2);
  return samples;
}

/** ITU-T G.711, mu-law to 16-bit linear. */
function expandMu(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  return code & 0x80 ? -magnitude : magnitude;
}

/** ITU-T G.711, A-law to 16-bit linear. */
function expandA(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/** RIFF header of linear PCM, one channel. */
function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(WAV_HEADER);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
