import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { tonePower } from '../audio/goertzel.ts';
import { chord } from '../audio/tones.ts';
import { G722Decoder, G722Encoder } from './g722.ts';
import { NarrowG722Decoder, NarrowG722Encoder } from './g722-narrow.ts';

const SEED = 20261121;
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (samples: Int16Array) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

/** Noise of all loudnesses, full-scale squares (which saturate everything), silence: whole numbers, the same on every machine. */
function hardSound(): Int16Array {
  const random = seeded(SEED);
  return Int16Array.from({ length: 64_000 }, (_, i) => {
    if (i < 40_000) return Math.round((random() - 0.5) * 65_534 * ((i % 4000) / 4000));
    if (i < 52_000) return Math.floor(i / 23) % 2 === 0 ? 32_767 : -32_768;
    return i < 56_000 ? 0 : Math.round((random() - 0.5) * 40);
  });
}

function encoded(samples: Int16Array): Uint8Array {
  const octets = new Uint8Array(samples.length / 2);
  new G722Encoder().encode(samples, octets);
  return octets;
}

function decoded(octets: Uint8Array): Int16Array {
  const samples = new Int16Array(octets.length * 2);
  new G722Decoder().decode(octets, samples);
  return samples;
}

/** Level of a tone, dB under full scale, in the second half of some sound. */
function levelOf(samples: Int16Array, hertz: number, rate: number): number {
  const offset = samples.length >> 1;
  return 10 * Math.log10(tonePower(samples, hertz, { rate, offset }) / 32767 ** 2);
}

test('encoder and decoder give, octet for octet and sample for sample, what those of ffmpeg 5.1 give', () => {
  // `ffmpeg -f s16le -ar 16000 -i sound -f g722 -` and `ffmpeg -f g722 -i octets -f s16le -`, the second also of octets that no encoder makes.
  const sound = hardSound();
  const octets = encoded(sound);
  assert.equal(sha(octets), '1da70ca398f755c84253421dc215ba74d1ea57bd11bf8d9724b65e81b25a86bf');
  assert.equal(sha(bytesOf(decoded(octets))), '148864d8b4984d0e53399ad6e2e9cce87212242b8d5edc15540bf2b4a604a20c');
  const random = seeded(SEED + 1);
  const anything = Uint8Array.from({ length: 32_000 }, () => Math.floor(random() * 256));
  assert.equal(sha(bytesOf(decoded(anything))), '46f91f8b71e46f077bb6f7f456caa35d2d4ecf2d3a37c1fd08b06bb87c96867b');
});

test('it does not matter in what pieces a stream comes', () => {
  const sound = hardSound();
  const whole = encoded(sound);
  const encoder = new G722Encoder();
  const decoder = new G722Decoder();
  const octets = new Uint8Array(whole.length);
  const samples = new Int16Array(sound.length);
  for (let at = 0, piece = 1; at < whole.length; at += piece, piece = ((piece * 7) % 331) + 1) {
    const end = Math.min(whole.length, at + piece);
    encoder.encode(sound.subarray(2 * at, 2 * end), octets.subarray(at, end));
    decoder.decode(octets.subarray(at, end), samples.subarray(2 * at, 2 * end));
  }
  assert.deepEqual(octets, whole);
  assert.deepEqual(samples, decoded(whole));
});

test('tones keep their level, those above 4 kHz too', () => {
  for (const hertz of [100, 440, 1000, 3000, 4500, 5500, 6500]) {
    const sound = chord([hertz], 1000, { rate: 16_000, amplitude: 0.3 });
    const change = levelOf(decoded(encoded(sound)), hertz, 16_000) - levelOf(sound, hertz, 16_000);
    assert.ok(Math.abs(change) < 0.5, `${hertz} Hz: ${change} dB`);
  }
});

test('narrow sound becomes G.722 and comes back, at its level', () => {
  for (const hertz of [300, 1000, 3000]) {
    const sound = chord([hertz], 1000, { amplitude: 0.3 });
    const octets = new Uint8Array(sound.length);
    new NarrowG722Encoder().encode(sound, octets);
    const level = levelOf(sound, hertz, 8000);
    const wide = levelOf(decoded(octets), hertz, 16_000) - level;
    const back = new Int16Array(sound.length);
    new NarrowG722Decoder().decode(octets, back);
    const narrow = levelOf(back, hertz, 8000) - level;
    assert.ok(Math.abs(wide) < 0.5 && Math.abs(narrow) < 0.5, `${hertz} Hz: ${wide} and ${narrow} dB`);
  }
});

test('wide sound that is taken narrow keeps what is below 3.4 kHz and loses what is above 4.6', () => {
  const octets = encoded(chord([1000, 5500], 1000, { rate: 16_000, amplitude: 0.4 }));
  const samples = new Int16Array(octets.length);
  new NarrowG722Decoder().decode(octets, samples);
  assert.ok(Math.abs(levelOf(samples, 1000, 8000) - 20 * Math.log10(0.2)) < 0.5);
  // 5.5 kHz would come back as 2.5 kHz.
  assert.ok(levelOf(samples, 2500, 8000) < -55, `${levelOf(samples, 2500, 8000)} dB`);
});
