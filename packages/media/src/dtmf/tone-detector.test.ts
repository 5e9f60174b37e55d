import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { decodePcmu, encodePcmu } from '../codec/g711.ts';
import { ToneDetector } from './tone-detector.ts';

// ITU-T Q.23.
const LOW = [697, 770, 852, 941];
const HIGH = [1209, 1336, 1477, 1633];
const KEYS = '123A456B789C*0#D';
const SEED = 7;

/** A press as a sum of two sines; levels in dB below a sine of full scale, frequencies beside theirs as a share. */
interface Press {
  readonly millis?: number;
  readonly low?: number;
  readonly high?: number;
  readonly lowAside?: number;
  readonly highAside?: number;
  /** Gaussian noise over the whole band, dB below both tones together. */
  readonly noise?: number;
}

/** Random numbers of the normal distribution, by and large. */
function gaussian(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}

/** The press, through PCMU, between pauses of at least 50 ms, at a random place of the frames and in random phases. */
function sound(key: number, press: Press, random: () => number): { samples: Int32Array; from: number } {
  const { millis = 40, low = -10, high = -10, lowAside = 0, highAside = 0, noise = 99 } = press;
  const from = 400 + Math.floor(random() * 160);
  const until = from + millis * 8;
  const [a, b] = [32_767 * 10 ** (low / 20), 32_767 * 10 ** (high / 20)];
  const [turnA, turnB] = [LOW[key >> 2] * (1 + lowAside), HIGH[key & 3] * (1 + highAside)].map(
    f => (Math.PI * f) / 4000,
  );
  const [startA, startB] = [random() * 7, random() * 7];
  const hiss = Math.sqrt((a * a + b * b) / 2) * 10 ** (-noise / 20);
  return {
    from,
    samples: throughPcmu(until + 640, i => {
      const tones = i < from || i >= until ? 0 : a * Math.sin(turnA * i + startA) + b * Math.sin(turnB * i + startB);
      return tones + hiss * gaussian(random);
    }),
  };
}

function throughPcmu(length: number, sample: (i: number) => number): Int32Array {
  const samples = Int16Array.from({ length }, (_, i) => Math.max(-32_768, Math.min(32_767, sample(i))));
  const bytes = new Uint8Array(length);
  encodePcmu(samples, bytes);
  decodePcmu(bytes, samples);
  return Int32Array.from(samples);
}

/** The keys heard in frames of 20 ms, and where the last one is said to have begun. */
function hear(samples: Int32Array, detector = new ToneDetector()): { keys: string; begins: number } {
  let keys = '';
  let begins = Number.NaN;
  for (let at = 0; at < samples.length; at += 160) {
    const frame = samples.subarray(at, at + 160);
    const key = detector.hear(frame, frame.length);
    if (key === undefined) continue;
    keys += key;
    begins = at + frame.length - detector.since;
  }
  return { keys, begins };
}

/** What of 16 keys in three presses each is heard as it should be; nothing when `wanted` is false. */
function share(press: Press, wanted = true): number {
  const random = seeded(SEED);
  let right = 0;
  for (let i = 0; i < 48; i++) {
    const { keys } = hear(sound(i % 16, press, random).samples);
    if (keys === (wanted ? KEYS[i % 16] : '')) right += 1;
  }
  return right / 48;
}

test('all sixteen keys as ffmpeg makes them', () => {
  // ffmpeg -f lavfi -i sine=f=LOW:r=8000:d=0.06 -f lavfi -i sine=f=HIGH:r=8000:d=0.06
  //   -filter_complex "amix=inputs=2:normalize=0,volume=2,adelay=40,apad=whole_dur=0.15" -t 0.15 -f mulaw -, for each key, one after the other
  const bytes = readFileSync(new URL('../../test/keys/sixteen.ulaw', import.meta.url));
  const samples = new Int16Array(bytes.length);
  decodePcmu(bytes, samples);
  assert.equal(hear(Int32Array.from(samples)).keys, KEYS);
});

/** ITU-T Q.24, what must operate (the strictest of its administrations); -3.2 dB below full scale is 0 dBm0. */
const OPERATES: readonly (readonly [string, Press])[] = [
  ['40 ms', {}],
  ['a second', { millis: 1000 }],
  ['0 dBm0 a tone, clipped', { low: -3.2, high: -3.2 }],
  ['-25 dBm0 a tone', { low: -28.2, high: -28.2 }],
  ['the high tone 4 dB louder', { low: -14, high: -10 }],
  ['the low tone 8 dB louder', { low: -10, high: -18 }],
  ['both 1.5 % too high', { lowAside: 0.015, highAside: 0.015 }],
  ['both 1.5 % too low', { lowAside: -0.015, highAside: -0.015 }],
  ['1.8 % apart, the high one louder', { lowAside: -0.018, highAside: 0.018, low: -14 }],
  ['1.5 % together, the low one louder', { lowAside: 0.015, highAside: -0.015, high: -18 }],
  ['noise at 15 dB', { noise: 15 }],
];

for (const [name, press] of OPERATES)
  test(`a key: ${name} (seed ${SEED})`, () => {
    assert.equal(share(press), 1);
  });

/** ITU-T Q.24, what must not operate. */
const DOES_NOT: readonly (readonly [string, Press])[] = [
  ['23 ms', { millis: 23 }],
  ['24 ms', { millis: 24 }],
  ['the low tone 3.5 % too high', { millis: 100, lowAside: 0.035 }],
  ['the low tone 3.5 % too low', { millis: 100, lowAside: -0.035 }],
  ['the high tone 3.5 % too high', { millis: 100, highAside: 0.035 }],
  ['the high tone 3.5 % too low, and faint', { millis: 100, highAside: -0.035, high: -18 }],
  ['-55 dBm0', { millis: 100, low: -58, high: -58 }],
  ['the low tone alone', { millis: 100, high: -90 }],
  ['the high tone alone', { millis: 100, low: -90 }],
  ['tones lost in noise', { millis: 100, noise: 0 }],
];

for (const [name, press] of DOES_NOT)
  test(`no key: ${name} (seed ${SEED})`, () => {
    assert.equal(share(press, false), 1);
  });

test('a press is said to have begun where it did, or up to 10 ms before', () => {
  const random = seeded(SEED);
  for (const press of [{}, { millis: 100 }, { low: -14 }, { lowAside: 0.015, highAside: -0.015 }, { noise: 15 }])
    for (let i = 0; i < 32; i++) {
      const { samples, from } = sound(i % 16, press, random);
      const early = from - hear(samples).begins;
      assert.ok(early >= 0 && early <= 88, `${early} samples early: ${JSON.stringify(press)}`);
    }
});

/** One key, with holes in it: pairs of milliseconds on and off. */
function presses(key: number, ...onOff: readonly number[]): Int32Array {
  const edges: number[] = [];
  onOff.reduce((sum, millis) => {
    edges.push(sum + millis * 8);
    return sum + millis * 8;
  }, 320);
  const on = (i: number) => i >= 320 && edges.filter(edge => i >= edge).length % 2 === 0;
  const [f, g] = [LOW[key >> 2], HIGH[key & 3]];
  return throughPcmu((edges.at(-1) ?? 0) + 640, i =>
    on(i) ? 7000 * (Math.sin((Math.PI * f * i) / 4000) + Math.sin((Math.PI * g * i) / 4000)) : 0,
  );
}

test('an interruption of 10 ms is none, a pause of 30 ms ends a press, and ten keys a second are ten keys', () => {
  for (let key = 0; key < 16; key++) {
    assert.equal(hear(presses(key, 50, 10, 50)).keys, KEYS[key]);
    assert.equal(hear(presses(key, 50, 30, 50)).keys, KEYS[key] + KEYS[key]);
  }
  assert.equal(hear(presses(5, ...Array.from({ length: 19 }, (_, i) => (i % 2 === 0 ? 53 : 40)))).keys, '5'.repeat(10));
});

test('another key without a pause is another key', () => {
  const both = Int32Array.from([...presses(0, 60).subarray(0, 800), ...presses(5, 60).subarray(320)]);
  assert.equal(hear(both).keys, '15');
});

test('pieces of any length are the same sound', () => {
  const random = seeded(SEED);
  const { samples } = sound(6, { millis: 60 }, random);
  for (const length of [1, 7, 40, 80, 159]) {
    const detector = new ToneDetector();
    let keys = '';
    for (let at = 0; at < samples.length; at += length) {
      const piece = samples.subarray(at, at + length);
      keys += detector.hear(piece, piece.length) ?? '';
    }
    assert.equal(keys, '6', `${length}`);
  }
});

test('a packet lost in the middle of a press does not make two of it; a long hole, or a pause of the sender, does', () => {
  for (const [samples, reason, expected] of [
    [160, 'loss', '9'],
    [320, 'loss', '9'],
    [800, 'loss', '99'],
    [320, 'dtx', '99'],
  ] as const) {
    const detector = new ToneDetector();
    const press = presses(10, 60).subarray(320, 800);
    const first = hear(press, detector).keys;
    detector.gap(samples, reason);
    assert.equal(first + hear(press, detector).keys, expected, `${samples} ${reason}`);
  }
});

test(`noise, hum, music and vowels are no keys (seed ${SEED})`, () => {
  const random = seeded(SEED);
  const white = throughPcmu(80_000, () => 6000 * gaussian(random));
  assert.equal(hear(white).keys, '');
  let brown = 0;
  assert.equal(hear(throughPcmu(80_000, () => (brown = brown * 0.98 + 500 * gaussian(random)))).keys, '');
  // Two notes at a time, each with five harmonics, from A2 to A6: all intervals of a piano.
  for (let low = 0; low < 48; low++)
    for (const interval of [3, 4, 5, 7, 9, 10, 12]) {
      const [a, b] = [low, low + interval].map(step => 110 * 2 ** (step / 12));
      const voice = (hertz: number, i: number) =>
        [1, 2, 3, 4, 5].reduce((sum, n) => sum + Math.sin((Math.PI * hertz * n * i) / 4000) / n, 0);
      assert.equal(hear(throughPcmu(800, i => 5000 * (voice(a, i) + voice(b, i)))).keys, '', `${a} and ${b} Hz`);
    }
});

test('keys are heard through an echo of speech that is 9 dB fainter', () => {
  const random = seeded(SEED);
  // A vowel of 120 Hz with formants at 600 and 1100 Hz.
  const vowel = (i: number) =>
    [...Array(25).keys()].reduce((sum, n) => {
      const hertz = 120 * (n + 1);
      const weight = 1 / (1 + ((hertz - 600) / 150) ** 2) + 0.5 / (1 + ((hertz - 1100) / 200) ** 2) + 0.02;
      return sum + weight * Math.sin((Math.PI * hertz * i) / 4000 + n * n);
    }, 0);
  const loudness = Math.sqrt([...Array(8000).keys()].reduce((sum, i) => sum + vowel(i) ** 2, 0) / 8000);
  for (let key = 0; key < 16; key++) {
    const { samples, from } = sound(key, { millis: 100 }, random);
    const scale = (32_767 * 10 ** (-10 / 20) * 10 ** (-9 / 20)) / loudness;
    const mixed = throughPcmu(samples.length, i => samples[i] + scale * vowel(i + from));
    assert.equal(hear(mixed).keys, KEYS[key]);
  }
});

/** Something like speech, at 8 kHz: vowels of 120 ms, their pitches and formants drawn by lot, each swelling and dying away; its loud parts have an rms of 1. */
function babble(length: number, random: () => number): Float64Array {
  const samples = new Float64Array(length);
  for (let from = 0; from < length; from += 960) {
    const pitch = 90 + 150 * random();
    const formants = [300 + 500 * random(), 900 + 1500 * random()];
    const weights = Array.from({ length: Math.floor(3400 / pitch) }, (_, n) =>
      formants.reduce((sum, formant) => sum + 1 / (1 + ((pitch * (n + 1) - formant) / 130) ** 2), 0.03),
    );
    const power = Math.sqrt(weights.reduce((sum, weight) => sum + (weight * weight) / 2, 0));
    for (let i = from; i < Math.min(length, from + 960); i++) {
      const sound = weights.reduce(
        (sum, weight, n) => sum + weight * Math.sin((Math.PI * pitch * (n + 1) * i) / 4000),
        0,
      );
      samples[i] = (sound / power) * Math.sin((Math.PI * (i - from)) / 960);
    }
  }
  return samples;
}

test(`a key that is held while a prompt comes back 6 dB fainter counts once, and twice when it is pressed twice (seed ${SEED})`, () => {
  const random = seeded(SEED);
  const loudness = Math.sqrt(2) * 0.3 * 32_767 * 10 ** -0.3;
  for (let i = 0; i < 64; i++)
    for (const pause of [0, 50]) {
      const [low, high] = [LOW[(i % 16) >> 2], HIGH[i % 4]].map(hertz => (Math.PI * hertz) / 4000);
      const echo = babble(4800, random);
      const isDown = (at: number) => at >= 800 && at < 3600 && (at < 2000 || at >= 2000 + pause * 8);
      const samples = throughPcmu(4800, at => {
        const tones = isDown(at) ? 0.3 * 32_767 * (Math.sin(low * at) + Math.sin(high * at)) : 0;
        return tones + (loudness * echo[at]) / Math.sqrt(2);
      });
      const { keys } = hear(samples);
      assert.equal(keys, KEYS[i % 16].repeat(pause === 0 ? 1 : 2), `${i}`);
    }
});
