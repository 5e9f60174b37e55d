import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ENDS, EVENTS, newReach, play, type Step, VERBS } from './interleaved.ts';

const SEED = Number(process.env.PARLEY_SEED ?? 20_261_122);
/** `PARLEY_INTERLEAVED=20000 node --test packages/call/test/sip-call/interleaved.property.test.ts` plays the whole campaign. */
const PLAYS = Number(process.env.PARLEY_INTERLEAVED ?? 400);

const wait = fc.constantFrom(0, 0, 0, 0, 1, 500, 5_000, 31_000);
const step = (what: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({ who: fc.constantFrom(0, 0, 1), what: fc.constantFrom(...what), wait });
const both = (what: string): readonly Step[] => [0, 1].map(who => ({ who, what, wait: 0 }));
/** Media come, and the ACK; or anything else before. */
const answered: readonly Step[] = [...both('media come'), ...both('ACK')];

/** What leads somewhere when nothing comes between. */
const stories: readonly (readonly string[])[] = [
  ['refer', 'told'],
  ['stay', 'media come', 'third answers', 'third hangs up'],
  ['attended', 'media come', 'third answers', 'told'],
  ['REFER', 'third answers', 'REFER'],
  ['record', 'end of the recording'],
];
const story: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.constantFrom(...stories), fc.nat(1), fc.nat(3))
  .map(([whats, who, length]) => whats.slice(0, length + 1).map(what => ({ who, what, wait: 0 })));
const one = (what: readonly string[]) => step(what).map(made => [made]);
const any = fc.oneof(
  { weight: 6, arbitrary: one(VERBS) },
  { weight: 6, arbitrary: one(EVENTS) },
  { weight: 2, arbitrary: one(ENDS) },
  { weight: 2, arbitrary: story },
);
const steps = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(answered) },
      { weight: 1, arbitrary: fc.array(step([...EVENTS, ...ENDS]), { maxLength: 6 }) },
    ),
    fc.array(any, { minLength: 3, maxLength: 30 }),
  )
  .map(([begin, rest]) => [...begin, ...rest.flat()]);

test(`${PLAYS} plays of two calls whose flows ask for anything while anything happens have an end (seed ${SEED})`, async t => {
  const reach = newReach();
  await fc.assert(
    fc.asyncProperty(steps, what => play(what, reach)),
    { seed: SEED, numRuns: PLAYS },
  );
  t.diagnostic(JSON.stringify(reach));
  for (const [name, count] of Object.entries(reach)) assert.ok(count > PLAYS / 50, `only ${count} ${name}`);
});
