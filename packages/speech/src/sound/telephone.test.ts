import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeLevel, resample } from '@parley/media';
import { forTelephone, toRate, trimmed } from './telephone.ts';

function tone(seconds: number, rate: number, amplitude = 3000): Int16Array {
  return Int16Array.from({ length: seconds * rate }, (_, i) => amplitude * Math.sin((2 * Math.PI * 440 * i) / rate));
}

test('a voice comes out at 8 kHz, at one level, without the silence at its ends', async () => {
  for (const rate of [8000, 16_000, 22_050, 24_000]) {
    const quiet = new Int16Array(rate / 2);
    const said = Int16Array.from([...quiet, ...tone(1, rate, 300), ...quiet]);
    const samples = await forTelephone(said, rate, 8000);
    assert.ok(samples.length > 8000 && samples.length < 9200, `${samples.length} samples from ${rate} Hz`);
    const level = activeLevel(samples);
    assert.ok(Math.abs(level + 20) < 1, `${level} dB from ${rate} Hz`);
  }
});

test('silence becomes nothing', async () => {
  assert.equal(trimmed(new Int16Array(800), 8000).length, 0);
  assert.equal((await forTelephone(new Int16Array(16_000), 16_000, 8000)).length, 0);
  assert.equal((await forTelephone(new Int16Array(0), 16_000, 8000)).length, 0);
});

test('a long sound, made a second at a time, is the same as made in one go', async () => {
  for (const rate of [11_025, 16_000, 22_050, 44_100]) {
    const whole = tone(3.7, rate);
    const expected = resample(whole, rate, 8000);
    const samples = await toRate(whole, rate, 8000);
    assert.equal(samples.length, expected.length);
    const worst = samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - expected[i])), 0);
    assert.ok(worst <= 1, `${rate} Hz: off by ${worst}`);
  }
});
