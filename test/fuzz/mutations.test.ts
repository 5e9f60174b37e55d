import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { mutated } from './mutate.ts';
import type { FuzzTarget } from './target.ts';
import { TARGETS } from './targets/index.ts';

const SEED = 20_261_121;
/** 100,000 in all, for what a telephone call brings. */
const INPUTS = { 'sip-datagram': 40_000, sdp: 30_000, rtp: 20_000, rtcp: 10_000 } as const;

interface Tally {
  understood: number;
  refused: number;
}

/** Runs mutations of the seeds; throws the first error that is not declared. */
function run(target: FuzzTarget, count: number): Tally {
  const random = seeded(SEED);
  const pick = () => target.seeds[Math.floor(random() * target.seeds.length)];
  const dictionary = (target.dictionary ?? []).map(word => Buffer.from(word, 'latin1'));
  const tally: Tally = { understood: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const input = mutated(pick(), { random, dictionary, other: pick, longest: target.longest ?? 4096 });
    try {
      target.run(input);
      tally.understood += 1;
    } catch (error) {
      if (!target.declared(error)) {
        console.error(`input ${i} of ${target.name}, base64: ${Buffer.from(input).toString('base64')}`);
        throw error;
      }
      tally.refused += 1;
    }
  }
  return tally;
}

for (const [name, count] of Object.entries(INPUTS))
  test(`${count} mutated inputs for ${name} (seed ${SEED}): none makes it fail in a way that is not declared`, async t => {
    const target = await TARGETS[name]();
    const { understood, refused } = run(target, count);
    t.diagnostic(`${understood} understood, ${refused} refused`);
    assert.equal(understood + refused, count);
    assert.ok(understood > count / 100, 'mutations that break everything test the first line only');
  });
