import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { CONCEALED_MILLIS, Concealer } from './concealer.ts';

const SEED = 20261121;

/** A steady vowel: harmonics of a pitch. */
function vowel(rate: number, hertz: number, millis = 400): Int16Array {
  return Int16Array.from({ length: (millis * rate) / 1000 }, (_, i) => {
    let sum = 0;
    for (let harmonic = 1; harmonic * hertz < 3400; harmonic++)
      sum += Math.sin((2 * Math.PI * harmonic * hertz * i) / rate + harmonic) / harmonic;
    return Math.round(4000 * sum);
  });
}

const power = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

/** Sound with a hole, mended in frames of 20 ms. */
function mended(sound: Int16Array, hole: { rate: number; from: number; millis: number }): Int16Array {
  const frame = hole.rate / 50;
  const concealer = new Concealer(hole.rate);
  const out = sound.slice();
  for (let at = 0, millis = 0; at < out.length; at += frame, millis += 20) {
    const piece = out.subarray(at, at + frame);
    if (millis >= hole.from && millis < hole.from + hole.millis) concealer.lost(piece);
    else concealer.heard(piece);
  }
  return out;
}

for (const rate of [8000, 16_000])
  for (const hertz of [80, 125, 190])
    test(`a vowel of ${hertz} Hz at ${rate} Hz goes on where it was lost`, () => {
      const sound = vowel(rate, hertz);
      const out = mended(sound, { rate, from: 200, millis: 20 });
      const [start, end] = [0.2 * rate, 0.21 * rate];
      // The first 10 ms are at full loudness: what is wrong with them is far fainter than they are.
      const wrong = Int16Array.from(out.subarray(start, end), (sample, i) => sample - sound[start + i]);
      const ratio = 10 * Math.log10(power(sound.subarray(start, end)) / power(wrong));
      assert.ok(ratio > 10, `${ratio.toFixed(1)} dB`);
      const steps = (samples: Int16Array) => samples.slice(1).map((sample, i) => Math.abs(sample - samples[i]));
      const largest = (samples: Int16Array) => steps(samples).reduce((most, step) => Math.max(most, step), 0);
      assert.ok(largest(out) <= 1.3 * largest(sound), 'no click at either end');
      assert.deepEqual(out.subarray(0.24 * rate), sound.subarray(0.24 * rate), 'and nothing else is changed');
    });

test('it fades from 10 ms on and is silent after 60', () => {
  const rate = 8000;
  const sound = vowel(rate, 125);
  const out = mended(sound, { rate, from: 200, millis: 120 });
  const share = (millis: number) =>
    Math.sqrt(power(out.subarray((200 + millis) * 8, (210 + millis) * 8)) / power(sound.subarray(1520, 1600)));
  for (const [millis, expected] of [
    [0, 1],
    [20, 0.7],
    [40, 0.3],
  ] as const)
    assert.ok(Math.abs(share(millis) - expected) < 0.15, `${share(millis)} after ${millis} ms`);
  assert.ok(out.subarray((200 + CONCEALED_MILLIS) * 8, 320 * 8).every(sample => sample === 0));
  assert.ok(share(120) < 0.8 && share(140) > 0.85, `what comes back fades in: ${share(120)}, ${share(140)}`);
});

test('there is nothing to go on with in silence, at the beginning or after a pause', () => {
  const out = new Int16Array(160).fill(99);
  new Concealer(8000).lost(out);
  assert.ok(out.every(sample => sample === 0));
  const paused = new Concealer(8000);
  paused.heard(vowel(8000, 125));
  paused.heard(new Int16Array(800));
  paused.lost(out.fill(99));
  assert.ok(out.every(sample => sample === 0));
});

test(`noise of full scale, lost every few milliseconds, stays within its bounds (seed ${SEED})`, () => {
  const random = seeded(SEED);
  const concealer = new Concealer(16_000);
  for (let round = 0; round < 200; round++) {
    const piece = Int16Array.from({ length: 1 + Math.floor(random() * 700) }, () =>
      random() < 0.5 ? -32_768 : 32_767,
    );
    const before = piece.slice();
    if (random() < 0.4) concealer.lost(piece);
    else {
      concealer.heard(piece);
      const settled = piece.subarray(160);
      assert.deepEqual(settled, before.subarray(160), 'only 10 ms are blended');
    }
  }
});
