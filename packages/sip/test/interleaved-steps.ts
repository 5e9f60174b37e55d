import fc from 'fast-check';
import type { UserAgentOptions } from '../src/index.ts';
import type { Decides } from './interleaved-phone.ts';
import type { Weather } from './weather.ts';

const DEEDS = [
  ...['call', 'call', 'call without offer', 'call both', 'call by proxy', 'call pair', 'replace', 'cancel'],
  ...['ring', 'progress', 'progress', 'answer', 'answer', 'answer', 'reject', 'bye', 'bye', 'early bye'],
  ...['re-INVITE', 're-INVITE', 'update', 'refresh', 'early update', 'info', 'ping', 'refer', 'refer quietly'],
  ...['report', 'report the end', 'subscribe', 'unsubscribe', 'notify', 'terminate', 'close'],
] as const;
export type Deed = (typeof DEEDS)[number];

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
  sessionTimer: fc.constantFrom({ expires: 90 }, { expires: 1800 }, 'never' as const),
  decides: fc.constantFrom<Decides>('at once', 'at once', 'later', 'never at first', 'against'),
  asks: fc.constantFrom(false, false, false, true),
});

const wait = fc.constantFrom(0, 0, 0, 1, 1, 5, 20, 100, 499, 501, 1000, 2000);
const step = (what: fc.Arbitrary<string>, who: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.record({ who, what, which: fc.nat(5), wait });

const any = step(fc.constantFrom(...DEEDS), fc.nat(2));
const does = (who: number, ...whats: readonly string[]): fc.Arbitrary<Step> =>
  step(fc.constantFrom(...whats), fc.constant(who));

/** Beginnings from which more is reached than by chance. */
const beginnings: readonly fc.Arbitrary<readonly Step[]>[] = [
  fc.constant([]),
  fc.tuple(
    does(0, 'call', 'call without offer', 'call by proxy', 'call both', 'call pair'),
    does(1, 'ring', 'progress'),
  ),
  fc.tuple(does(0, 'call', 'call without offer', 'call by proxy'), does(1, 'progress'), does(1, 'answer')),
  fc.tuple(does(0, 'call both'), does(1, 'progress'), does(2, 'progress'), does(1, 'answer'), does(2, 'answer')),
  fc.tuple(does(0, 'subscribe'), does(1, 'notify')),
  fc.tuple(does(0, 'call'), does(1, 'answer'), does(0, 'refer', 're-INVITE'), does(1, 'report', 're-INVITE')),
];

export const plays: fc.Arbitrary<Play> = fc.record({
  seed: fc.nat(0x7fff_ffff),
  weather,
  policies: fc.array(policy, { minLength: 3, maxLength: 3 }),
  steps: fc
    .tuple(fc.oneof(...beginnings), fc.array(any, { minLength: 3, maxLength: 20 }))
    .map(([begin, rest]) => [...begin, ...rest]),
});
