import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeLevel, level } from './level.ts';
import { chord } from './tones.ts';

const near = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) < 0.3, `${value}, not ${expected}`);
const peak = (samples: Int16Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

test('the level is that of the parts which are not pauses', () => {
  near(activeLevel(chord([400], 1000, { amplitude: 1 })), -3);
  near(activeLevel(chord([400], 1000, { amplitude: 0.1 })), -23);
  const halfSilent = new Int16Array(16000);
  halfSilent.set(chord([400], 1000, { amplitude: 0.1 }));
  near(activeLevel(halfSilent), -23);
  assert.equal(activeLevel(new Int16Array(800)), Number.NEGATIVE_INFINITY);
  assert.equal(activeLevel(new Int16Array()), Number.NEGATIVE_INFINITY);
});

test('sound is brought to the level, up and down', () => {
  for (const amplitude of [0.02, 0.1, 0.9]) near(activeLevel(level(chord([400], 500, { amplitude }), -20)), -20);
});

test('but not beyond the peak, nor by more than the limit, nor is silence made into noise', () => {
  const spiky = chord([400], 500, { amplitude: 0.02 });
  spiky[2000] = 30000;
  assert.ok(Math.abs(level(spiky, -10)[2000] - 32768 * 10 ** (-1 / 20)) <= 1);
  assert.equal(peak(level(spiky, -10)), level(spiky, -10)[2000]);
  near(activeLevel(level(chord([400], 500, { amplitude: 0.02 }), -10, { maxGainDb: 6 })), -31);
  const hum = new Int16Array(800).fill(3);
  assert.deepEqual(level(hum, -20), hum);
});
