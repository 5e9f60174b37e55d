import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { noise, silence, tone } from '../../test/lab.ts';
import { encodeG711 } from '../codec/g711.ts';
import { G722Encoder } from '../codec/g722.ts';
import { SoundDetector } from './sound-detector.ts';

/** Share of 20 ms frames that are sound. */
function heard(detector: SoundDetector, bytes: Uint8Array): number {
  let frames = 0;
  for (let at = 0; at < bytes.length; at += 160) if (detector.hears(bytes, at, 160)) frames += 1;
  return frames / (bytes.length / 160);
}

test('digital silence and the noise of good lines are silence from the first frame', () => {
  for (const decibels of [-70, -60, -52]) assert.equal(heard(new SoundDetector('PCMU'), noise(5000, decibels, 1)), 0);
  assert.equal(heard(new SoundDetector('PCMU'), silence(5000)), 0);
});

test('the noise of bad lines is silence once it was heard for a second', () => {
  for (const decibels of [-46, -42, -38]) {
    const detector = new SoundDetector('PCMU');
    heard(detector, noise(1000, decibels, 2));
    assert.equal(heard(detector, noise(10_000, decibels, 3)), 0, `${decibels} dBFS`);
  }
});

test('soft speech is sound on a good line, and on a bad one when it stands out', () => {
  for (const [line, speech] of [
    [-65, -45],
    [-50, -40],
    [-42, -32],
  ]) {
    const detector = new SoundDetector('PCMU');
    heard(detector, noise(3000, line, 4));
    assert.equal(heard(detector, tone(400, { hertz: 300, decibels: speech })), 1, `${speech} over ${line}`);
    assert.equal(heard(detector, noise(1000, line, 5)), 0);
  }
});

test('a tone that never ends stays sound', () => {
  assert.equal(heard(new SoundDetector('PCMA'), tone(20_000, { decibels: -20, codec: 'PCMA' })), 1);
});

test('words with pauses: the words are sound, the pauses are not (seed 5)', () => {
  const random = seeded(5);
  const detector = new SoundDetector('PCMU');
  for (let i = 0; i < 40; i++) {
    const word = 100 + 20 * Math.floor(random() * 20);
    assert.equal(heard(detector, tone(word, { hertz: 250, decibels: -35 + random() * 20 })), 1);
    assert.equal(heard(detector, noise(20 * (5 + Math.floor(random() * 20)), -55, i)), 0);
  }
});

test('both laws have the same threshold', () => {
  for (const decibels of [-49, -46]) {
    const samples = Int16Array.from(
      { length: 8000 },
      (_, i) => 32767 * 10 ** (decibels / 20) * Math.sin((2 * Math.PI * 700 * i) / 8000),
    );
    for (const codec of ['PCMU', 'PCMA'] as const) {
      const bytes = new Uint8Array(8000);
      encodeG711(codec, samples, bytes);
      assert.equal(new SoundDetector(codec).hears(bytes, 0, 160), decibels > -48, `${codec} ${decibels}`);
    }
  }
});

/** 16 kHz sound in G.722. */
function wide(millis: number, sample: (i: number) => number): Uint8Array {
  const samples = Int16Array.from({ length: 16 * millis }, (_, i) => sample(i));
  const bytes = new Uint8Array(8 * millis);
  new G722Encoder().encode(samples, bytes);
  return bytes;
}

const sine = (hertz: number, decibels: number) => (i: number) =>
  32767 * 10 ** (decibels / 20) * Math.sin((2 * Math.PI * hertz * i) / 16_000);

function hiss(decibels: number, seed: number): () => number {
  const random = seeded(seed);
  const width = (32767 / Math.SQRT2) * 10 ** (decibels / 20) * Math.sqrt(3);
  return () => width * (2 * random() - 1);
}

test('G.722 has the threshold of G.711, once its decoder has found its feet', () => {
  for (const decibels of [-49, -46]) {
    const detector = new SoundDetector('G722');
    const bytes = wide(200, sine(700, decibels));
    detector.hears(bytes, 0, 160);
    assert.equal(heard(detector, bytes.subarray(160)), decibels > -48 ? 1 : 0, `${decibels}`);
  }
});

test('in G.722 digital silence and the noise of good lines are silence, that of bad ones once it was heard, and a whisper above 4 kHz is sound', () => {
  assert.equal(
    heard(
      new SoundDetector('G722'),
      wide(2000, () => 0),
    ),
    0,
  );
  assert.equal(heard(new SoundDetector('G722'), wide(2000, hiss(-52, 1))), 0);
  const detector = new SoundDetector('G722');
  const line = wide(4000, hiss(-42, 2));
  heard(detector, line.subarray(0, 8000));
  assert.equal(heard(detector, line.subarray(8000)), 0);
  const high = (decibels: number) => {
    const noise = hiss(decibels, 3);
    let before = 0;
    // The difference of noise is noise with its low half taken away, by and large.
    return () => {
      const now = noise();
      const sample = (now - before) / 2;
      before = now;
      return sample;
    };
  };
  assert.ok(heard(new SoundDetector('G722'), wide(400, high(-35))) > 0.9);
});

test('a codec that changes is followed', () => {
  const detector = new SoundDetector('PCMU');
  assert.equal(heard(detector, tone(200, { decibels: -20 })), 1);
  detector.codec = 'G722';
  assert.equal(heard(detector, wide(200, sine(700, -20))), 1);
  const quiet = wide(400, () => 0);
  heard(detector, quiet.subarray(0, 800));
  assert.equal(heard(detector, quiet.subarray(800)), 0, 'within 100 ms, though it is the stream of another encoder');
  detector.codec = 'PCMU';
  assert.equal(heard(detector, tone(200, { decibels: -60 })), 0);
});
