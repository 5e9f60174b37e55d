import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePcmu, encodePcmu } from '@parley/media';
import { checkLadder, ladder } from './ladder.ts';

/** As it comes out of a recording: some silence, mu-law, quieter. */
function recorded(millis: number, gain = 0.5): Int16Array {
  const samples = new Int16Array(ladder(millis).length + 1650);
  samples.set(
    ladder(millis).map(sample => sample * gain),
    1650,
  );
  const coded = new Uint8Array(samples.length);
  encodePcmu(samples, coded);
  decodePcmu(coded, samples);
  return samples;
}

test('a whole ladder is whole, however loud', () => {
  for (const gain of [1, 0.1]) {
    const { missing, frames, worstRung, onsetMillis } = checkLadder(recorded(9500, gain), 9500);
    assert.equal(missing, 0);
    assert.ok(frames > 400, `${frames} frames`);
    assert.equal(worstRung, 1);
    assert.ok(Math.abs(onsetMillis - 206) <= 20, `${onsetMillis} ms`);
  }
});

test('a hole, a second that is lost, a second that is doubled and an end that is cut off are seen', () => {
  const whole = recorded(9000);
  const hole = whole.slice().fill(0, 30_000, 30_000 + 3200);
  assert.ok(checkLadder(hole, 9000).worstRung < 0.7);
  const at = 1650 + 24_000;
  const lost = Int16Array.of(...whole.subarray(0, at), ...whole.subarray(at + 8000));
  assert.equal(checkLadder(lost, 9000).worstRung, 0);
  const doubled = Int16Array.of(...whole.subarray(0, at), ...whole.subarray(at - 8000));
  assert.equal(checkLadder(doubled, 9000).worstRung, 0);
  assert.equal(checkLadder(whole.subarray(0, whole.length - 8000), 9000).worstRung, 0);
  assert.ok(Number.isNaN(checkLadder(new Int16Array(8000), 9000).onsetMillis));
});
