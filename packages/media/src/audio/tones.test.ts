import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hann, tonePower } from './goertzel.ts';
import { chord, findTones } from './tones.ts';

const silence = (millis: number, rate = 8000) => new Int16Array((millis * rate) / 1000);

function joined(...sounds: Int16Array[]): Int16Array {
  return Int16Array.from(sounds.flatMap(sound => [...sound]));
}

test('the power of a sine is its squared amplitude, and of one elsewhere next to nothing', () => {
  const samples = chord([1000], 100, { amplitude: 0.5, fadeMillis: 0 });
  const amplitude = (frequency: number, window?: Float32Array) =>
    Math.sqrt(tonePower(samples, frequency, { rate: 8000, window }));
  assert.ok(Math.abs(amplitude(1000) - 16383) < 20);
  assert.ok(Math.abs(amplitude(1000, hann(800)) - 16383) < 20);
  assert.ok(amplitude(1500) < 20);
  assert.ok(amplitude(1500, hann(800)) < 5);
});

test('a chord has its length and its loudness, and fades at both ends', () => {
  const samples = chord([400, 900, 1400], 50, { rate: 16000, amplitude: 0.9 });
  assert.equal(samples.length, 800);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  assert.ok(peak > 15000 && peak <= 0.9 * 32767 + 1, `${peak}`);
  assert.ok(Math.abs(samples[1]) < 2000 && Math.abs(samples[798]) < 2000);
});

test('tones are found with their times, at any rate', () => {
  for (const rate of [8000, 16000, 22050]) {
    const sound = joined(
      silence(200, rate),
      chord([440], 300, { rate }),
      silence(100, rate),
      chord([770, 1336], 100, { rate }),
      chord([1004], 500, { rate, amplitude: 0.02 }),
    );
    const found = findTones(sound, rate, [440, 697, 770, 1004, 1209, 1336]);
    assert.deepEqual(
      found.map(segment => segment.frequencies),
      [[440], [770, 1336], [1004]],
    );
    const expected = [200, 500, 600, 700, 700, 1200];
    found
      .flatMap(segment => [segment.startMillis, segment.endMillis])
      .forEach((millis, i) => {
        assert.ok(Math.abs(millis - expected[i]) <= 20, `${rate} Hz: ${millis}, not ${expected[i]}`);
      });
  }
});

test('one lost packet does not cut a tone in two, a pause does', () => {
  const sound = chord([440], 600);
  sound.fill(0, 1600, 1760);
  assert.equal(findTones(sound, 8000, [440]).length, 1);
  sound.fill(0, 1600, 2400);
  assert.equal(findTones(sound, 8000, [440]).length, 2);
});

test('noise and tones that are not asked for are not told', () => {
  let state = 1;
  const noise = Int16Array.from({ length: 16000 }, () => {
    state = (state * 48271) % 0x7fffffff;
    return (state % 20001) - 10000;
  });
  assert.deepEqual(findTones(noise, 8000, [440, 1004]), []);
  assert.deepEqual(findTones(chord([600], 500), 8000, [440, 1004]), []);
  assert.deepEqual(findTones(chord([440], 500, { amplitude: 0.001 }), 8000, [440, 1004]), []);
  assert.deepEqual(findTones(new Int16Array(), 8000, [440]), []);
  assert.deepEqual(findTones(chord([440], 10), 8000, [440]), []);
});
