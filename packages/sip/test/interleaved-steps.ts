import fc from 'fast-check';
import type { UserAgentOptions } from '../src/index.ts';
import type { Decides } from './interleaved-phone.ts';
import type { Weather } from './weather.ts';

/** What is done before the answer, in a call, and at any time. */
const EARLY = [
  ...['ring', 'progress', 'progress', 'answer', 'answer', 'answer', 'reject', 'cancel', 'cancel'],
  ...['early bye', 'early update', 'early update', 'early ping', 'early info', 'bye'],
] as const;
const IN_CALL = [
  ...['bye', 'bye', 're-INVITE', 're-INVITE', 're-INVITE', 'update', 'update', 'refresh', 'info', 'ping'],
  ...['refer', 'refer quietly', 'report', 'report the end', 'replace', 'until the refresh'],
] as const;
const ANY = [
  ...['call', 'call', 'call without offer', 'call both', 'call by proxy', 'call pair'],
  ...['subscribe', 'unsubscribe', 'notify', 'notify', 'terminate', 'close'],
  ...EARLY,
  ...IN_CALL,
] as const;

/** Somebody does something; then time passes. */
export interface Step {
  readonly who: number;
  readonly what: string;
  readonly which: number;
  readonly wait: number;
}

export interface Policy {
  readonly reliable: NonNullable<UserAgentOptions['reliable']>;
  readonly sessionTimer: NonNullable<UserAgentOptions['sessionTimer']>;
  readonly decides: Decides;
  /** Whether it asks strangers for their password. */
  readonly asks: boolean;
  /** How long its name server takes for an answer, milliseconds. */
  readonly lookUpMillis: number;
}

export interface Play {
  readonly seed: number;
  readonly weather: Weather;
  readonly policies: readonly Policy[];
  readonly steps: readonly Step[];
}

const weather: fc.Arbitrary<Weather> = fc.record({
  lost: fc.constantFrom(0, 0, 10, 30),
  doubled: fc.constantFrom(0, 0, 10, 40),
  slowest: fc.constantFrom(1, 5, 100, 700),
});

const policy: fc.Arbitrary<Policy> = fc.record({
  reliable: fc.constantFrom('supported' as const, 'supported' as const, 'required' as const, 'never' as const),
  sessionTimer: fc.constantFrom({ expires: 90 }, { expires: 1800, minimum: 300 }, 'never' as const),
  decides: fc.constantFrom<Decides>('at once', 'at once', 'at once', 'later', 'slowly', 'against'),
  asks: fc.constantFrom(false, false, false, false, false, true),
  lookUpMillis: fc.constantFrom(0, 20, 700),
});

const wait: fc.Arbitrary<number> = fc.constantFrom(0, 0, 0, 0, 1, 1, 5, 20, 100, 499, 501, 1000, 2000);
const step = (who: fc.Arbitrary<number>, what: readonly string[], pause = wait): fc.Arbitrary<Step> =>
  fc.record({ who, what: fc.constantFrom(...what), which: fc.nat(7), wait: pause });

const long: fc.Arbitrary<number> = fc.constantFrom(100, 1000, 3000);
/** Somebody does one of these, and the others hear of it. */
const does = (who: number, ...what: readonly string[]): fc.Arbitrary<Step> => step(fc.constant(who), what, long);
const follow = (two: number, what: readonly string[]): fc.Arbitrary<readonly Step[]> =>
  fc.array(step(fc.nat(two), what), { minLength: 2, maxLength: 12 });
const CALLS = ['call', 'call', 'call without offer', 'call by proxy', 'call pair'] as const;

/** A beginning, what mostly comes then, and anything at all: so more is reached than by chance. */
const stories: readonly fc.Arbitrary<readonly (Step | readonly Step[])[]>[] = [
  fc.tuple(does(0, ...CALLS), does(1, 'ring', 'progress'), follow(1, EARLY)),
  fc.tuple(does(0, ...CALLS), does(1, 'progress'), does(1, 'answer'), follow(1, IN_CALL)),
  fc.tuple(does(0, ...CALLS), does(1, 'answer'), follow(1, IN_CALL)),
  fc.tuple(does(0, ...CALLS), does(1, 'answer'), follow(1, ['re-INVITE', 'update', 'refresh'])),
  fc.tuple(does(0, ...CALLS), follow(1, EARLY), follow(1, [...EARLY, ...IN_CALL])),
  fc.tuple(does(0, 'call both'), follow(2, EARLY), step(fc.constant(1), ['answer']), step(fc.constant(2), ['answer'])),
  fc.tuple(does(0, 'call both'), does(1, 'progress'), does(2, 'progress'), follow(2, EARLY)),
  fc.tuple(does(0, 'subscribe'), follow(1, ['subscribe', 'unsubscribe', 'notify', 'terminate'])),
  fc.tuple(
    does(0, 'call'),
    does(1, 'answer'),
    does(0, 'refer'),
    follow(1, ['report', 'report the end', 'bye', 'info']),
  ),
  fc.tuple(follow(2, ANY)),
];

export const plays: fc.Arbitrary<Play> = fc.record({
  seed: fc.nat(0x7fff_ffff),
  weather,
  policies: fc.array(policy, { minLength: 3, maxLength: 3 }),
  steps: fc
    .tuple(fc.oneof(...stories), fc.array(step(fc.nat(2), ANY), { maxLength: 8 }))
    .map(([story, rest]) => [...story.flat(), ...rest]),
});
