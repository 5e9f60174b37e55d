import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { G722Decoder } from './g722.ts';
import { G722Meter } from './g722-meter.ts';
import { Adapter, transcoderOf } from './transcoder.ts';

const SEED = 20261121;
const CODECS = ['PCMU', 'PCMA', 'G722'] as const;

test(`any octets of any codec become as many of any other, whatever pieces they come in, also in place (seed ${SEED})`, () => {
  const octets = fc.uint8Array({ minLength: 1, maxLength: 700 });
  const codec = fc.constantFrom(...CODECS);
  fc.assert(
    fc.property(octets, codec, codec, fc.integer({ min: 1, max: 400 }), (from, one, other, piece) => {
      const whole = new Uint8Array(from.length);
      const transcoder = transcoderOf(one, other);
      if (!transcoder) return assert.equal(one, other);
      transcoder.run(from, 0, from.length, whole, 0);
      const pieces = from.slice();
      const again = transcoderOf(one, other);
      for (let at = 0; at < from.length; at += piece)
        again?.run(pieces, at, Math.min(piece, from.length - at), pieces, at);
      assert.deepEqual(pieces, whole);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test(`any octets of G.722 are sound, and measured as such: never more than full scale (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 160, maxLength: 800 }), octets => {
      const samples = new Int16Array(2 * octets.length);
      new G722Decoder().decode(octets, samples);
      const energy = new G722Meter().energy(octets, 0, octets.length);
      assert.ok(Number.isFinite(energy) && energy >= 0 && energy / octets.length < 4 * 32_768 ** 2);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test('a transcoder goes on while the codecs stay', () => {
  const adapter = new Adapter();
  assert.equal(adapter.between('PCMU', 'PCMU'), undefined);
  const wide = adapter.between('PCMU', 'G722');
  assert.equal(adapter.between('PCMU', 'G722'), wide);
  assert.notEqual(adapter.between('PCMA', 'G722'), wide);
});
