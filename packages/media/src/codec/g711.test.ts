import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { G711Law } from '../sdp/settings.ts';
import { decodeG711, encodeG711, energyTable, linearTable, transcodingTable } from './g711.ts';
import { silenceByte } from './silence.ts';

const CODES = Uint8Array.from({ length: 256 }, (_, code) => code);
const CODECS: readonly G711Law[] = ['PCMU', 'PCMA'];

function decoded(codec: G711Law, ...codes: number[]): number[] {
  const samples = new Int16Array(codes.length);
  decodeG711(codec, Uint8Array.from(codes), samples);
  return [...samples];
}

function encoded(codec: G711Law, ...samples: number[]): number[] {
  const bytes = new Uint8Array(samples.length);
  encodeG711(codec, Int16Array.from(samples), bytes);
  return [...bytes];
}

test('the values of ITU-T G.711, tables 1a, 1b, 2a and 2b', () => {
  // Character signals as sent, and decoder output at the edges of the segments: 14 bits for mu, 13 for A.
  const mu = { 128: 8031, 143: 4191, 159: 2079, 175: 1023, 191: 495, 207: 231, 223: 99, 239: 33, 254: 2, 255: 0 };
  for (const [code, value] of Object.entries(mu)) {
    assert.deepEqual(decoded('PCMU', Number(code), Number(code) & 0x7f), [4 * value, value === 0 ? 0 : -4 * value]);
  }
  const a = { 170: 4032, 165: 2112, 181: 1056, 133: 528, 149: 264, 229: 132, 245: 66, 213: 1 };
  for (const [code, value] of Object.entries(a)) {
    assert.deepEqual(decoded('PCMA', Number(code), Number(code) & 0x7f), [8 * value, -8 * value]);
  }
});

test('the decision values of the same tables', () => {
  const mu: [number, number, number][] = [
    [4063, 0x8f, 0x90],
    [2015, 0x9f, 0xa0],
    [991, 0xaf, 0xb0],
    [479, 0xbf, 0xc0],
    [223, 0xcf, 0xd0],
    [95, 0xdf, 0xe0],
    [31, 0xef, 0xf0],
    [1, 0xfe, 0xff],
  ];
  for (const [value, above, below] of mu) assert.deepEqual(encoded('PCMU', 4 * value, 4 * value - 1), [above, below]);
  const a: [number, number, number][] = [
    [2048, 0xa5, 0xba],
    [1024, 0xb5, 0x8a],
    [512, 0x85, 0x9a],
    [256, 0x95, 0xea],
    [128, 0xe5, 0xfa],
    [64, 0xf5, 0xca],
  ];
  for (const [value, above, below] of a) assert.deepEqual(encoded('PCMA', 8 * value, 8 * value - 1), [above, below]);
  assert.deepEqual(encoded('PCMU', 32767, -32768), [0x80, 0x00]);
  assert.deepEqual(encoded('PCMA', 32767, -32768), [0xaa, 0x2a]);
});

test('every code comes back from its amplitude (but the minus zero of the mu-law)', () => {
  for (const codec of CODECS) {
    const back = encoded(codec, ...decoded(codec, ...CODES));
    assert.deepEqual(
      back,
      [...CODES].map(code => (codec === 'PCMU' && code === 0x7f ? 0xff : code)),
    );
  }
});

test('every one of the 65,536 samples goes to an amplitude beside it, and louder never becomes fainter', () => {
  for (const codec of CODECS) {
    const amplitudes = [...new Set(linearTable(codec))].sort((a, b) => a - b);
    const samples = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
    const back = decoded(codec, ...encodedAll(codec, samples));
    let nearest = 0;
    for (let i = 0; i < samples.length; i++) {
      while (nearest + 1 < amplitudes.length && amplitudes[nearest + 1] + amplitudes[nearest] <= 2 * samples[i])
        nearest += 1;
      // At a decision value both neighbours are as near; segments of the mu-law meet a quarter of a step off the middle.
      const best = Math.abs(amplitudes[nearest] - samples[i]);
      const step = Math.abs((amplitudes[nearest + 1] ?? 40000) - amplitudes[nearest]);
      assert.ok(Math.abs(back[i] - samples[i]) <= best + step / 2, `${codec} ${samples[i]} -> ${back[i]}`);
      assert.ok(i === 0 || back[i] >= back[i - 1], `${codec} ${samples[i]}`);
    }
  }
});

function encodedAll(codec: G711Law, samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length);
  encodeG711(codec, samples, bytes);
  return bytes;
}

test('a byte of one law becomes the byte of the other with the nearest amplitude, in place too', () => {
  for (const codec of CODECS) {
    const other = codec === 'PCMU' ? 'PCMA' : 'PCMU';
    const expected = encoded(other, ...decoded(codec, ...CODES));
    assert.deepEqual([...transcodingTable(codec)], expected);
  }
  assert.equal(transcodingTable('PCMU')[0xff], 0xd5);
  assert.equal(transcodingTable('PCMA')[0xd5], 0xfe);
});

test('silence is the faintest byte, and energy is the square of the amplitude', () => {
  assert.deepEqual(decoded('PCMU', silenceByte('PCMU')), [0]);
  assert.deepEqual(decoded('PCMA', silenceByte('PCMA')), [8]);
  for (const codec of CODECS) {
    assert.deepEqual(
      [...energyTable(codec)],
      decoded(codec, ...CODES).map(sample => sample * sample),
    );
  }
});
