import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tonePower } from './goertzel.ts';
import { resample } from './resample.ts';
import { chord } from './tones.ts';

/** dB of a frequency in a sound, against an amplitude of half of full scale; the ends, where the filter runs in, are left out. */
function decibels(samples: Int16Array, frequency: number, rate: number): number {
  const skip = Math.round(rate / 20);
  return (
    10 *
    Math.log10(tonePower(samples, frequency, { rate, offset: skip, length: samples.length - 2 * skip }) / 16383 ** 2)
  );
}

const energy = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

for (const from of [11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]) {
  test(`${from} Hz to 8000 Hz keeps what a telephone carries and takes away the rest`, () => {
    for (const frequency of [100, 300, 1000, 2000, 3000, 3400]) {
      const out = resample(chord([frequency], 500, { rate: from }), from, 8000);
      assert.equal(out.length, 4000);
      const level = decibels(out, frequency, 8000);
      assert.ok(Math.abs(level) < 0.3, `${frequency} Hz: ${level} dB`);
    }
    for (const frequency of [4200, 4600, 5000].filter(tone => tone < from / 2)) {
      const out = resample(chord([frequency], 500, { rate: from }), from, 8000).subarray(400, 3600);
      const level = 10 * Math.log10((2 * energy(out)) / 16383 ** 2);
      assert.ok(level < -60, `${frequency} Hz comes back at ${level} dB`);
    }
  });
}

test('upwards no mirror image appears', () => {
  const out = resample(chord([3000], 500), 8000, 48000);
  assert.equal(out.length, 24000);
  assert.ok(Math.abs(decibels(out, 3000, 48000)) < 0.3);
  assert.ok(decibels(out, 5000, 48000) < -60);
});

test('silence, a constant, an empty sound and the same rate', () => {
  assert.deepEqual(resample(new Int16Array(), 48000, 8000), new Int16Array());
  assert.ok(resample(new Int16Array(1000), 22050, 8000).every(sample => sample === 0));
  const constant = resample(new Int16Array(8820).fill(10000), 22050, 8000);
  assert.ok(constant.subarray(100, -100).every(sample => Math.abs(sample - 10000) <= 1));
  const same = chord([440], 20);
  assert.equal(resample(same, 8000, 8000), same);
  assert.ok(
    resample(new Int16Array(4800).fill(32767), 48000, 8000).every(sample => sample >= 0),
    'overshoot does not wrap',
  );
});

test('a rate of nothing is a mistake of the program', () => {
  assert.throws(() => resample(new Int16Array(10), 0, 8000), /cannot be resampled/);
  assert.throws(() => resample(new Int16Array(10), 44100.5, 8000), /cannot be resampled/);
});
