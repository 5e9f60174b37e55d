import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Impairments, meanOpinionScore, rating } from './voice-quality.ts';

const GOOD: Impairments = { codec: 'PCMU', delayMillis: 0, lossPercent: 0, burstRatio: 1 };
const near = (value: number, expected: number, by: number) =>
  assert.ok(Math.abs(value - expected) <= by, `${value} is not ${expected}`);

test('ratings and their scores, as table B.1 of ITU-T G.107 has them', () => {
  for (const [r, score] of [
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
  ])
    near(meanOpinionScore(r), score, 0.007);
  near(meanOpinionScore(rating(GOOD)), 4.41, 0.005);
  assert.deepEqual([meanOpinionScore(-20), meanOpinionScore(0), meanOpinionScore(120)], [1, 1, 4.5]);
});

test('losses of G.711 with concealment: 95 P / (P / BurstR + 25.1)', () => {
  for (const [lossPercent, burstRatio, r] of [
    [1, 1, 89.56],
    [5, 1, 77.42],
    [10, 1, 66.13],
    [10, 2, 61.64],
    [20, 1, 51.07],
    [100, 1, 17.26],
  ])
    near(rating({ ...GOOD, lossPercent, burstRatio }), r, 0.01);
});

test('delay costs little up to 177 ms, and much beyond', () => {
  near(rating({ ...GOOD, delayMillis: 100 }), 90.8, 0.01);
  near(rating({ ...GOOD, delayMillis: 177.3 }), 88.94, 0.01);
  near(rating({ ...GOOD, delayMillis: 400 }), 59.1, 0.01);
});

test('never worse than 1, never better than the default, and worse with every impairment', () => {
  for (const codec of ['PCMU', 'PCMA', 'G722', 'opus'] as const) {
    let before = 5;
    for (let lossPercent = 0; lossPercent <= 100; lossPercent += 2) {
      const score = meanOpinionScore(rating({ codec, delayMillis: lossPercent * 10, lossPercent, burstRatio: 0.5 }));
      assert.ok(score >= 1 && score <= before);
      before = score;
    }
  }
});
