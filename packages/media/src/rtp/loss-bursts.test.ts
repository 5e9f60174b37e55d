import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { type BurstFigures, GMIN, LossBursts } from './loss-bursts.ts';

/** '.' received, 'x' lost; a number before one repeats it. */
function figures(pattern: string): BurstFigures {
  const bursts = new LossBursts();
  for (const [, times, sign] of pattern.matchAll(/(\d*)([.x])/g))
    if (sign === 'x') bursts.lose(Number(times || 1));
    else for (let i = 0; i < Number(times || 1); i++) bursts.receive();
  return bursts.figures;
}

test('nothing lost, and single losses far apart, are no burst', () => {
  assert.deepEqual(figures('100.'), { bursts: 0, density: 0, gapDensity: 0, burstPackets: 0, gapPackets: 100 });
  const rare = figures('20.x16.x20.x3.');
  assert.deepEqual([rare.bursts, rare.burstPackets, rare.gapPackets], [0, 0, 62]);
  assert.ok(Math.abs(rare.gapDensity - 3 / 62) < 1e-12);
});

test('the example of RFC 3611 section 4.7.2: 64 packets of 10 ms, a burst of 120 ms, density 0.33, gaps of 520 ms, density 0.04', () => {
  const { bursts, burstPackets, density, gapPackets, gapDensity } = figures('4.x18.x3.x.x4.x19.x9.');
  assert.deepEqual([bursts, burstPackets, gapPackets], [1, 12, 26]);
  assert.deepEqual([density.toFixed(2), gapDensity.toFixed(2)], ['0.33', '0.04']);
});

test('15 received in between join two losses, 16 part them', () => {
  assert.equal(figures(`30.x${GMIN - 1}.x30.`).bursts, 1);
  assert.equal(figures(`30.x${GMIN - 1}.x30.`).burstPackets, GMIN + 1);
  assert.equal(figures(`30.x${GMIN}.x30.`).bursts, 0);
});

test('a burst at the end counts while it is under way', () => {
  const { bursts, burstPackets, density, gapPackets } = figures('50.3x2.x');
  assert.deepEqual([bursts, burstPackets, gapPackets], [1, 6, 25]);
  assert.ok(Math.abs(density - 4 / 6) < 1e-12);
});

/** The same by the definition: every loss belongs to the cluster of its neighbours less than 16 received packets away. */
function byDefinition(lost: readonly boolean[]): { bursts: number; packets: number; lost: number } {
  const places = lost.flatMap((each, i) => (each ? [i] : []));
  const clusters: number[][] = [];
  for (const place of places) {
    const last = clusters.at(-1);
    if (last && place - (last.at(-1) ?? 0) - 1 < GMIN) last.push(place);
    else clusters.push([place]);
  }
  const bursts = clusters.filter(cluster => cluster.length > 1);
  const packets = bursts.reduce((sum, cluster) => sum + (cluster.at(-1) ?? 0) - cluster[0] + 1, 0);
  return { bursts: bursts.length, packets, lost: bursts.reduce((sum, { length }) => sum + length, 0) };
}

test('a thousand random losses are clustered as the definition says (seed 3611)', () => {
  const random = seeded(3611);
  for (let round = 0; round < 1000; round++) {
    const share = random() * 0.3;
    const lost = Array.from({ length: 200 }, () => random() < share);
    const bursts = new LossBursts();
    for (const each of lost)
      if (each) bursts.lose(1);
      else bursts.receive();
    const expected = byDefinition(lost);
    const { bursts: count, burstPackets, density } = bursts.figures;
    assert.equal(count, expected.bursts);
    assert.ok(Math.abs(burstPackets * count - expected.packets) < 1e-9);
    assert.ok(Math.abs(density * expected.packets - expected.lost) < 1e-9);
  }
});
