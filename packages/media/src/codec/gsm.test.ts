import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import fc from 'fast-check';
import { tonePower } from '../audio/goertzel.ts';
import { chord } from '../audio/tones.ts';
import { decodeGsm, GsmWav } from '../audio/wav-gsm.ts';
import { readWav } from '../audio/wav-read.ts';
import { GSM_BLOCK_OCTETS, PARAMETERS, packBlock, unpackBlock } from './gsm-parameters.ts';

const SEED = 20261121;
const HEADER = 60;
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (samples: Int16Array) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

/** Noise of all loudnesses, full-scale squares (which saturate everything), silence, pulses: whole numbers, the same on every machine. */
function hardSound(): Int16Array {
  const random = seeded(SEED);
  return Int16Array.from({ length: 320 * 150 }, (_, i) => {
    if (i < 20_000) return Math.round((random() - 0.5) * 65_534 * ((i % 4000) / 4000));
    if (i < 30_000) return Math.floor(i / 31) % 2 === 0 ? 32_767 : -32_768;
    if (i < 34_000) return 0;
    return i % 73 === 0 ? 20_000 : Math.round((random() - 0.5) * 800);
  });
}

function file(samples: Int16Array, piece = samples.length): Uint8Array {
  const wav = new GsmWav(samples.length);
  for (let at = 0; at < samples.length; at += piece) wav.add(samples.subarray(at, at + piece));
  return wav.end();
}

test('coder and decoder give, octet for octet and sample for sample, what libgsm gives', () => {
  // `ffmpeg -f s16le -ar 8000 -i sound -c:a libgsm_ms -f wav -` without its header, and decoded again; the last one of octets that no coder makes.
  const coded = file(hardSound()).subarray(HEADER);
  assert.equal(coded.length, 150 * GSM_BLOCK_OCTETS);
  assert.equal(sha(coded), '077704a635ee1b51e79b05415ef36dd52f29eb4643cd517e1ee4be94b8d9514e');
  assert.equal(sha(bytesOf(decodeGsm(coded))), 'dfd158535a1fc6d73dee9862e819dc7825c6b31d2559fde1fe25dc205d46099e');
  const random = seeded(SEED + 1);
  const anything = Uint8Array.from({ length: 150 * GSM_BLOCK_OCTETS }, () => Math.floor(random() * 256));
  assert.equal(sha(bytesOf(decodeGsm(anything))), '5d4f606967d8bd2822135a9296c883a2e4a3bdd9876bc269425898287180c1c3');
});

test('a WAV file of GSM says what is in it, and is read again', () => {
  const sound = chord([440], 1010, { amplitude: 0.3 });
  const bytes = Buffer.from(file(sound));
  assert.deepEqual([bytes.readUInt16LE(20), bytes.readUInt16LE(32), bytes.readUInt16LE(38)], [0x31, 65, 320]);
  assert.equal(bytes.readUInt32LE(48), sound.length);
  assert.equal(bytes.readUInt32LE(56), 26 * 65);
  assert.equal(bytes.readUInt32LE(4), bytes.length - 8);
  const { rate, samples } = readWav(bytes);
  assert.deepEqual([rate, samples.length], [8000, 26 * 320]);
  const level = (of: Int16Array) => 10 * Math.log10(tonePower(of, 440, { rate: 8000, offset: 1600, length: 4800 }));
  assert.ok(Math.abs(level(samples) - level(sound)) < 1.5, `${level(samples) - level(sound)} dB`);
  assert.throws(() => readWav(bytes, { maxMillis: 1000 }), { code: 'WAV_UNUSABLE', message: /1040 ms long/ });
  for (const [at, value] of [
    [22, 2],
    [24, 0x40],
    [32, 33],
  ] as const) {
    const wrong = Buffer.from(bytes);
    wrong.writeUInt16LE(value, at);
    assert.throws(() => readWav(wrong), { code: 'WAV_UNUSABLE', message: /GSM 06.10 has/ });
  }
});

test('it does not matter in what pieces sound comes', () => {
  const whole = file(hardSound());
  for (const piece of [1, 159, 320, 8000]) assert.deepEqual(file(hardSound(), piece), whole);
});

test(`any octets are parameters and back, and decode to 13 bits (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: GSM_BLOCK_OCTETS, maxLength: GSM_BLOCK_OCTETS }), block => {
      const frames = [new Int16Array(PARAMETERS), new Int16Array(PARAMETERS)] as const;
      unpackBlock(block, 0, frames);
      const again = new Uint8Array(GSM_BLOCK_OCTETS);
      packBlock(frames, again, 0);
      assert.deepEqual(again, block);
      assert.ok(decodeGsm(block).every(sample => sample % 8 === 0));
    }),
    { seed: SEED, numRuns: 500 },
  );
});
