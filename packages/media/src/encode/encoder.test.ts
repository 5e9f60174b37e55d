import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { tonePower } from '../audio/goertzel.ts';
import { activeLevel } from '../audio/level.ts';
import { chord, findTones } from '../audio/tones.ts';
import { readWav } from '../audio/wav-read.ts';
import { decodeG711, encodeG711 } from '../codec/g711.ts';
import { G722Encoder } from '../codec/g722.ts';
import type { G711Law } from '../sdp/settings.ts';
import { createEncoder, type RecordingFormat } from './encoder.ts';
import { readMp3Frames } from './mp3-frames.ts';
import type { RecordingPiece } from './track.ts';

const SEED = 20261121;
const encoder = createEncoder();

function audio(samples: Int16Array, codec: G711Law = 'PCMU'): RecordingPiece & { kind: 'audio' } {
  const bytes = new Uint8Array(samples.length);
  encodeG711(codec, samples, bytes);
  return { kind: 'audio', codec, bytes };
}

/** Pieces as a store hands them out: 250 ms each, in a buffer that is used again. */
async function* inRecords(piece: RecordingPiece & { kind: 'audio' }): AsyncGenerator<RecordingPiece> {
  const shared = new Uint8Array(2000);
  for (let at = 0; at < piece.bytes.length; at += shared.length) {
    const part = piece.bytes.subarray(at, at + shared.length);
    shared.set(part);
    yield { ...piece, bytes: shared.subarray(0, part.length) };
  }
}

const encoded = (format: RecordingFormat, ...pieces: RecordingPiece[]) => encoder.encodeRecording({ pieces, format });

async function heard(format: 'G711' | 'Pcm', ...pieces: RecordingPiece[]): Promise<Int16Array> {
  return readWav((await encoded(format, ...pieces)).bytes).samples;
}

test('MP3 is MPEG 2.5 layer III at a constant 16 kbit/s, as long as the recording', async () => {
  for (const millis of [100, 3000, 30_000]) {
    const pieces = inRecords(audio(chord([440, 1000], millis)));
    const file = await encoder.encodeRecording({ pieces, format: 'Mp3' });
    assert.deepEqual([file.contentType, file.extension, file.millis], ['audio/mpeg', '.mp3', millis]);
    const frames = readMp3Frames(file.bytes);
    assert.ok(frames, 'frame after frame to the end');
    assert.deepEqual([frames.rate, frames.bitRates], [8000, [16_000]]);
    assert.ok(Math.abs(frames.millis - millis) <= Math.max(200, 0.02 * millis), `${frames.millis} for ${millis}`);
  }
});

test('one encoder serves recordings one after the other, also when asked at once, and the same is the same', async () => {
  const random = seeded(SEED);
  const noise = (millis: number) => audio(Int16Array.from({ length: millis * 8 }, () => (random() - 0.5) * 20000));
  const recordings = [noise(7000), noise(300), noise(6000)];
  const alone = [];
  for (const recording of recordings) alone.push((await encoded('Mp3', recording)).bytes);
  const together = await Promise.all(recordings.map(recording => encoded('Mp3', recording)));
  assert.deepEqual(
    together.map(file => file.bytes),
    alone,
  );
});

test('a recording that cannot be read fails for its own caller only', async () => {
  const broken = async function* (): AsyncGenerator<RecordingPiece> {
    yield audio(chord([440], 100));
    throw new Error('disk gone');
  };
  const [first, second] = await Promise.allSettled([
    encoder.encodeRecording({ pieces: broken(), format: 'Mp3' }),
    encoded('Mp3', audio(chord([440], 100))),
  ]);
  assert.equal(first.status, 'rejected');
  assert.equal(second.status, 'fulfilled');
});

test('G711 is the recording byte for byte', async () => {
  for (const codec of ['PCMU', 'PCMA'] as const) {
    const piece = audio(chord([440], 500, { amplitude: 0.01 }), codec);
    const file = await encoder.encodeRecording({ pieces: inRecords(piece), format: 'G711' });
    assert.deepEqual([file.contentType, file.extension, file.millis], ['audio/wav', '.wav', 500]);
    assert.deepEqual(file.bytes.subarray(58), piece.bytes);
    const expected = new Int16Array(4000);
    decodeG711(codec, piece.bytes, expected);
    assert.deepEqual(readWav(file.bytes).samples, expected);
  }
});

test('Pcm is the recording sample for sample when it is loud enough', async () => {
  const piece = audio(Int16Array.from([...chord([440], 2500), ...chord([1000], 1333)]), 'PCMA');
  const file = await encoder.encodeRecording({ pieces: inRecords(piece), format: 'Pcm' });
  assert.deepEqual([file.contentType, file.extension, file.millis], ['audio/wav', '.wav', 3833]);
  const expected = new Int16Array(3833 * 8);
  decodeG711('PCMA', piece.bytes, expected);
  assert.deepEqual(readWav(file.bytes), { rate: 8000, samples: expected });
});

/** 16 kHz sound in G.722. */
function wide(samples: Int16Array): RecordingPiece & { kind: 'audio' } {
  const bytes = new Uint8Array(samples.length / 2);
  new G722Encoder().encode(samples, bytes);
  return { kind: 'audio', codec: 'G722', bytes };
}

test('a wideband recording is 16 kHz in MP3 (32 kbit/s) and WAV, and narrow in GSM', async () => {
  const piece = wide(chord([1000, 5500], 2000, { rate: 16_000 }));
  const mp3 = await encoder.encodeRecording({ pieces: inRecords(piece), format: 'Mp3' });
  const frames = readMp3Frames(mp3.bytes);
  assert.deepEqual([mp3.millis, frames?.rate, frames?.bitRates], [2000, 16_000, [32_000]]);
  for (const format of ['G711', 'Pcm'] as const) {
    const { rate, samples } = readWav((await encoded(format, piece)).bytes);
    assert.deepEqual([rate, samples.length], [16_000, 32_000], format);
    assert.deepEqual(findTones(samples, rate, [1000, 5500])[0]?.frequencies, [1000, 5500]);
  }
  const file = await encoded('Gsm', piece);
  assert.deepEqual([file.contentType, file.extension, file.millis], ['audio/wav', '.wav', 2000]);
  const { rate, samples } = readWav(file.bytes);
  assert.deepEqual([rate, samples.length], [8000, 16_000]);
  // 5.5 kHz must not come back as 2.5 kHz.
  assert.deepEqual(findTones(samples, rate, [1000, 2500])[0]?.frequencies, [1000]);
});

test('one wide piece makes the whole recording wide, wherever it comes', async () => {
  const narrow = audio(chord([700], 500), 'PCMA');
  const piece = wide(chord([5500], 500, { rate: 16_000 }));
  for (const [pieces, tones] of [
    [
      [narrow, piece],
      [[700], [5500]],
    ],
    [
      [piece, narrow],
      [[5500], [700]],
    ],
    [
      [gap(100, 'hold'), narrow, gap(40, 'loss'), piece, narrow],
      [[700], [5500], [700]],
    ],
  ] as const) {
    const { rate, samples } = readWav((await encoded('Pcm', ...pieces)).bytes);
    const found = findTones(samples, rate, [700, 5500]).map(({ frequencies }) => frequencies);
    assert.deepEqual([rate, found], [16_000, tones]);
  }
});

test('a change of codec in mid-call is heard as nothing', async () => {
  const pieces = [audio(chord([440], 500), 'PCMA'), audio(chord([1000], 500), 'PCMU')];
  for (const format of ['G711', 'Pcm'] as const) {
    const samples = await heard(format, ...pieces);
    chord([1000], 500).forEach((sample, i) => {
      assert.ok(Math.abs(samples[4000 + i] - sample) <= 600, `${samples[4000 + i]}, not ${sample}`);
    });
    const found = findTones(samples, 8000, [440, 1000]);
    assert.deepEqual(
      found.map(segment => segment.frequencies),
      [[440], [1000]],
    );
  }
});

const gap = (millis: number, reason?: 'loss' | 'hold' | 'dtx'): RecordingPiece =>
  reason ? { kind: 'gap', millis, reason } : { kind: 'gap', millis };
const power = (samples: Int16Array, fromMillis: number, millis: number) =>
  tonePower(samples, 400, { rate: 8000, offset: fromMillis * 8, length: millis * 8 });

test('a short loss is concealed by what was said before, fading; anything else is silence', async () => {
  const tone = audio(chord([400], 200, { fadeMillis: 0.1 }));
  const concealed = await heard('G711', tone, gap(60, 'loss'), tone);
  assert.equal(concealed.length, 460 * 8);
  assert.ok(power(concealed, 200, 20) > 0.4 * power(concealed, 100, 20), 'the first 20 ms are nearly as loud');
  assert.ok(power(concealed, 240, 20) < 0.2 * power(concealed, 100, 20), 'the last 20 ms are not');
  assert.ok(power(concealed, 240, 20) > 0);
  const long = await heard('G711', tone, gap(200, 'loss'), tone);
  assert.ok(power(long, 200, 20) > 0.4 * power(long, 100, 20), 'a long loss begins like a short one');
  assert.ok(
    long.subarray(260 * 8, 400 * 8).every(sample => sample === 0),
    'and is silent after 60 ms',
  );
  for (const silent of [gap(61), gap(60, 'hold'), gap(60, 'dtx'), gap(2000)]) {
    const samples = await heard('G711', tone, silent, tone);
    assert.ok(silent.kind === 'gap');
    assert.equal(samples.length, (400 + silent.millis) * 8);
    assert.ok(
      samples.subarray(1600, 1600 + silent.millis * 8).every(sample => sample === 0),
      JSON.stringify(silent),
    );
  }
});

test('a gap at the start, one alone, and nothing at all', async () => {
  const late = await heard('G711', gap(40), gap(500, 'hold'), audio(chord([400], 100), 'PCMA'));
  assert.equal(late.length, 640 * 8);
  assert.ok(
    late.subarray(0, 540 * 8).every(sample => sample === 8),
    'silence in the law of what follows',
  );
  assert.deepEqual(await heard('Pcm', gap(30)), new Int16Array(240));
  for (const format of ['Pcm', 'G711'] as const) assert.equal((await heard(format)).length, 0);
  const empty = await encoded('Mp3');
  assert.equal(empty.millis, 0);
  assert.ok(readMp3Frames(empty.bytes));
});

test('a faint caller is made louder by at most 12 dB, a loud one left alone, and nothing clips', async () => {
  const levelOf = async (amplitude: number) =>
    activeLevel(await heard('Pcm', audio(chord([400], 1000, { amplitude }))));
  const near = (value: number, expected: number) =>
    assert.ok(Math.abs(value - expected) < 0.5, `${value}, not ${expected}`);
  near(await levelOf(0.07), -20);
  near(await levelOf(0.01), -43 + 12);
  near(await levelOf(0.5), -9);
  const spiky = chord([400], 1000, { amplitude: 0.03 });
  spiky.fill(20000, 4000, 4004);
  const peak = (await heard('Pcm', audio(spiky))).reduce((most, sample) => Math.max(most, sample), 0);
  assert.ok(peak > 25000 && peak < 32767 * 0.9, `${peak}`);
});

test('what is longer than allowed is refused, and a gap cannot make it so in secret', async () => {
  const long = { pieces: [audio(chord([400], 100)), gap(60_000)], format: 'Pcm', maxMillis: 60_000 } as const;
  await assert.rejects(encoder.encodeRecording(long), { code: 'RECORDING_TOO_LONG' });
  await assert.rejects(encoded('Pcm', gap(Number.MAX_SAFE_INTEGER)), { code: 'RECORDING_TOO_LONG' });
});

test('what is not frame after frame is not taken for MP3', async () => {
  const { bytes } = await encoded('Mp3', audio(chord([440], 500)));
  assert.ok(readMp3Frames(bytes));
  assert.equal(readMp3Frames(bytes.subarray(1)), undefined);
  assert.equal(readMp3Frames(bytes.subarray(0, -1)), undefined);
  assert.equal(readMp3Frames(new Uint8Array()), undefined);
  assert.equal(readMp3Frames(new Uint8Array(200).fill(0xff)), undefined);
});
