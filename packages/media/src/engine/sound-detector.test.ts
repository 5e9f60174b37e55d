import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { noise, silence, tone } from '../../test/lab.ts';
import { encodeG711 } from '../codec/g711.ts';
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
