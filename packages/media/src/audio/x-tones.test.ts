import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { decodeG711, encodeG711 } from '../codec/g711.ts';
import type { G711Law } from '../sdp/settings.ts';
import { chord } from './tones.ts';
import { xTones } from './x-tones.ts';

const SEED = 20261121;

function throughG711(codec: G711Law, samples: Int16Array): Int16Array {
  const bytes = new Uint8Array(samples.length);
  encodeG711(codec, samples, bytes);
  const back = new Int16Array(samples.length);
  decodeG711(codec, bytes, back);
  return back;
}

function mixed(...sounds: Int16Array[]): Int16Array {
  const length = Math.max(...sounds.map(sound => sound.length));
  return Int16Array.from({ length }, (_, i) => {
    const sum = sounds.reduce((total, sound) => total + (sound[i] ?? 0), 0);
    return Math.max(-32768, Math.min(32767, sum));
  });
}

function noise(length: number, dbfs: number): Int16Array {
  const random = seeded(SEED);
  const peak = 32768 * 10 ** (dbfs / 20) * Math.sqrt(3);
  return Int16Array.from({ length }, () => (random() * 2 - 1) * peak);
}

function joined(sounds: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(sounds.reduce((sum, sound) => sum + sound.length, 0));
  let at = 0;
  for (const sound of sounds) {
    all.set(sound, at);
    at += sound.length;
  }
  return all;
}

const indexes = (samples: Int16Array) => xTones.decode(samples).map(heard => heard.index);
const EVERY = Array.from({ length: xTones.size }, (_, i) => i);

test('all 120 numbers are different pairs, and each is read back through both laws', () => {
  assert.equal(xTones.size, 120);
  assert.equal(new Set(EVERY.map(index => xTones.pair(index).join())).size, 120);
  const sound = joined(EVERY.map(index => xTones.chord(index)));
  assert.deepEqual(indexes(throughG711('PCMU', sound)), EVERY);
  assert.deepEqual(indexes(throughG711('PCMA', sound)), EVERY);
});

test('a chord of 100 ms at any offset to the frames is found, with its edges within 20 ms', () => {
  for (let shift = 0; shift < 160; shift += 23) {
    const sound = joined([new Int16Array(1600 + shift), xTones.chord(77, 100), new Int16Array(800)]);
    const [heard, ...more] = xTones.decode(throughG711('PCMU', sound));
    assert.deepEqual(more, []);
    assert.equal(heard.index, 77);
    assert.ok(Math.abs(heard.startMillis - (200 + shift / 8)) <= 20, `starts at ${heard.startMillis}`);
    assert.ok(Math.abs(heard.endMillis - (300 + shift / 8)) <= 20, `ends at ${heard.endMillis}`);
  }
});

test('noise at -40 dB and a caller who sounds a tone at the same time do not hide a chord', () => {
  const sound = joined(EVERY.map(index => xTones.chord(index)));
  for (const caller of [425, 1004, 1633]) {
    const tone = chord([caller], (sound.length * 1000) / 8000, { amplitude: 0.4 });
    assert.deepEqual(indexes(throughG711('PCMU', mixed(sound, noise(sound.length, -40), tone))), EVERY, `${caller} Hz`);
  }
});

test('the same chord twice is two, and a lost packet inside one does not make it two', () => {
  const twice = joined([xTones.chord(5), xTones.chord(5)]);
  assert.deepEqual(indexes(throughG711('PCMU', twice)), [5, 5]);
  const holes = joined([xTones.chord(5, 400), xTones.chord(9, 400)]);
  holes.fill(0, 1440, 1600);
  holes.fill(0, 6000, 6320);
  holes.copyWithin(2400, 2240, 2400);
  assert.deepEqual(indexes(throughG711('PCMA', holes)), [5, 9]);
});

test(`one packet in ten lost, replaced by silence or by the one before (seed ${SEED})`, () => {
  for (const repeated of [false, true]) {
    const random = seeded(SEED);
    const sound = joined(EVERY.map(index => xTones.chord(index, 200)));
    for (let at = 160; at + 160 <= sound.length; at += 160) {
      if (random() >= 0.1) continue;
      if (repeated) sound.copyWithin(at, at - 160, at);
      else sound.fill(0, at, at + 160);
    }
    assert.deepEqual(indexes(throughG711('PCMU', sound)), EVERY);
  }
});

test('keys, tones of callers, the record tone and noise are not taken for a chord', () => {
  const keys = [697, 770, 852, 941].flatMap(low => [1209, 1336, 1477, 1633].map(high => chord([low, high], 200)));
  assert.deepEqual(indexes(throughG711('PCMU', joined(keys))), []);
  const loudKeys = keys.map(key => Int16Array.from(key, sample => Math.max(-20000, Math.min(20000, sample * 2.4))));
  assert.deepEqual(indexes(throughG711('PCMA', joined(loudKeys))), []);
  const tones = Array.from({ length: 25 }, (_, i) => chord([400 + i * 50], 300, { amplitude: 0.9 }));
  assert.deepEqual(indexes(throughG711('PCMU', joined(tones))), []);
  for (const frequency of [1750, 1800, 2000, 2600, 3250]) {
    assert.deepEqual(indexes(throughG711('PCMU', chord([frequency], 500))), [], `${frequency} Hz alone`);
  }
  assert.deepEqual(indexes(noise(80_000, -20)), []);
  const lopsided = mixed(chord([1750], 300, { amplitude: 0.5 }), chord([2050], 300, { amplitude: 0.1 }));
  assert.deepEqual(indexes(throughG711('PCMU', lopsided)), [], 'one tone 14 dB below the other');
});

/** Speech-like: a gliding pulse train through three gliding resonances, with syllables, loudest where consonants are, up to 3.4 kHz. */
function speechLike(seconds: number): Int16Array {
  const random = seeded(SEED);
  const samples = new Int16Array(seconds * 8000);
  const state = [0, 0, 0].map(() => ({ before: 0, last: 0 }));
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const t = i / 8000;
    phase += (120 + 40 * Math.sin(t * 2.1) + 8 * Math.sin(t * 31)) / 8000;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    const unvoiced = Math.sin(t * 9) > 0.7;
    let sum = unvoiced ? (random() - 0.5) * 0.5 : pulse;
    const formants = [500 + 250 * Math.sin(t * 3.3), 1500 + 700 * Math.sin(t * 2.3), 2600 + 400 * Math.sin(t * 1.7)];
    state.forEach((resonance, k) => {
      const turn = 2 * 0.97 * Math.cos((2 * Math.PI * formants[k]) / 8000);
      const now = sum + turn * resonance.last - 0.97 * 0.97 * resonance.before;
      resonance.before = resonance.last;
      resonance.last = now;
      sum = now * 0.5;
    });
    samples[i] = Math.max(-32768, Math.min(32767, sum * 12000 * Math.max(0, Math.sin(t * 12))));
  }
  return samples;
}

test('a minute of speech-like sound holds no chord', () => {
  const sound = speechLike(60);
  assert.ok(sound.some(sample => Math.abs(sample) > 5000));
  assert.deepEqual(xTones.decode(throughG711('PCMU', sound)), []);
});

test('a number out of range is a mistake of the program', () => {
  assert.throws(() => xTones.pair(120), /0 to 119/);
  assert.throws(() => xTones.chord(-1), /0 to 119/);
});
