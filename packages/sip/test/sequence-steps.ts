import fc from 'fast-check';
import type { UserAgentOptions } from '../src/index.ts';

/** One thing that happens in a sequence: the peer says something, in or out of place; the application does something; time passes. */
export type Step =
  | {
      readonly kind: 'say';
      readonly method: string;
      /** 0 and 1: calls of the peer; 2: our newest one, in the direction of its answers; 3: our newest SUBSCRIBE or REFER. */
      readonly call: number;
      readonly branch: number;
      /** 0: the right one (the next, with a branch of its own; for ACK and CANCEL that of the newest INVITE). */
      readonly cseq: number;
      /** 0 and 1: none, a stranger's; otherwise one of our newest tags. */
      readonly tag: number;
      readonly body: boolean;
      readonly extra: number;
      readonly event: readonly string[];
      readonly flaw: Flaw;
    }
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Which of our newest requests. */
      readonly which: number;
      readonly tag: number;
      readonly rseq: number;
      readonly body: boolean;
      readonly flaw: Flaw;
    }
  | { readonly kind: 'do'; readonly what: Deed; readonly which: number }
  | { readonly kind: 'wait'; readonly millis: number };

const METHODS = [
  ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE', 'INFO', 'OPTIONS'],
  ...['SUBSCRIBE', 'NOTIFY', 'REFER', 'MESSAGE', 'REGISTER', 'PUBLISH'],
];
const DEEDS = [
  'ring',
  'progress',
  'answer',
  'reject',
  'bye',
  're-INVITE',
  'update',
  'refresh',
  'ping',
  'info',
  'early update',
  'early bye',
  'call',
  'call without offer',
  'cancel',
  'decide',
  'decline',
  'subscribe',
  'unsubscribe',
  'refer',
  'refer outside',
  'notify',
  'terminate',
  'report',
  'report the end',
] as const;
export type Deed = (typeof DEEDS)[number];

/** What a request of the peer says of extensions. */
export const EXTRAS: readonly (readonly string[])[] = [
  [],
  ['Supported: 100rel, timer', 'Allow: INVITE, UPDATE, PRACK'],
  ['Require: 100rel', 'Session-Expires: 90;refresher=uac'],
  ['Supported: timer', 'Session-Expires: 100;refresher=uas', 'Allow: UPDATE'],
  ['Supported: timer', 'Session-Expires: 10'],
];

/** What may be wrong with a message on its way. */
export const FLAWS = {
  none: text => text,
  twice: text => text,
  'no Via': text => without(text, 'Via'),
  'two Vias': text => text.replace('Via:', 'Via: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bKelse\r\nVia:'),
  'another branch': text => text.replace('branch=z9hG4bK', 'branch=z9hG4bKx'),
  'no cookie': text => text.replace('branch=z9hG4bK', 'branch='),
  'another sent-by': text => text.replace(/(Via: SIP\/2.0\/UDP )[^;]*/, '$110.0.0.2:9'),
  'no From': text => without(text, 'From'),
  'no tag in From': text => text.replace(/(From:.*?);tag=[^\r]*/, '$1'),
  'no To': text => without(text, 'To'),
  'another tag in To': text => text.replace(/(To:[^\r]*;tag=)/, '$1x'),
  'no Call-ID': text => without(text, 'Call-ID'),
  'two Call-IDs': text => text.replace('Call-ID:', 'Call-ID: other\r\nCall-ID:'),
  'another CSeq': text => text.replace(/CSeq: \d+/, 'CSeq: 4000000000'),
  'another method in CSeq': text => text.replace(/(CSeq: \d+) \w+/, '$1 BYE'),
  'no CSeq': text => without(text, 'CSeq'),
  'no Contact': text => without(text, 'Contact'),
  'no hops left': text => text.replace('Max-Forwards: 70', 'Max-Forwards: 0'),
  'half of it': text => text.slice(0, text.length / 2),
} as const satisfies Record<string, (text: string) => string>;
export type Flaw = keyof typeof FLAWS;

function without(text: string, name: string): string {
  const at = text.indexOf(`\r\n${name}:`);
  return at < 0 ? text : text.slice(0, at) + text.slice(text.indexOf('\r\n', at + 2));
}

/** One message in five has one. */
const flaw: fc.Arbitrary<Flaw> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(FLAWS) as Flaw[])) },
);

/** What SUBSCRIBE, NOTIFY and REFER may say, right or wrong. */
const eventHeader = fc.constantFrom(
  'Event: message-summary',
  'Event: refer',
  'Event: other;id=1',
  'Expires: 0',
  'Expires: 100',
  'Expires: 5',
  'Subscription-State: active;expires=100',
  'Subscription-State: pending',
  'Subscription-State: terminated;reason=deactivated',
  'Subscription-State: terminated;reason=noresource',
  'Subscription-State: terminated;reason=giveup;retry-after=3',
  'Subscription-State: ;',
  'Refer-To: <sip:bob@10.0.0.2>',
  'Refer-Sub: false',
);
const eventHeaders = fc.uniqueArray(eventHeader, { maxLength: 4, selector: text => text.slice(0, text.indexOf(':')) });

/** What is likely to be right for each of them; three times in four. */
export const RIGHT: Readonly<Record<string, readonly string[]>> = {
  SUBSCRIBE: ['Event: message-summary', 'Expires: 100'],
  NOTIFY: ['Event: message-summary', 'Subscription-State: active;expires=100'],
  REFER: ['Refer-To: <sip:bob@10.0.0.2>'],
};

const STATUSES = [100, 180, 183, 183, 200, 200, 202, 302, 401, 408, 422, 423, 481, 487, 491, 500, 503, 504];

const say = fc.record({
  kind: fc.constant('say' as const),
  method: fc.constantFrom('INVITE', 'ACK', 'PRACK', 'UPDATE', 'UPDATE', 'UPDATE', 'NOTIFY', ...METHODS),
  call: fc.constantFrom(0, 0, 0, 0, 1, 2, 2, 3),
  branch: fc.nat(3),
  cseq: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4),
  tag: fc.constantFrom(0, 1, 2, 3, 4, 4, 4, 4),
  body: fc.boolean(),
  extra: fc.nat(EXTRAS.length - 1),
  event: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: eventHeaders }),
  flaw,
});

const answer = fc.record({
  kind: fc.constant('answer' as const),
  status: fc.constantFrom(...STATUSES),
  which: fc.nat(3),
  tag: fc.nat(2),
  rseq: fc.nat(3),
  body: fc.boolean(),
  flaw,
});

const deed = fc.record({ kind: fc.constant('do' as const), what: fc.constantFrom(...DEEDS), which: fc.nat(5) });
const wait = fc.record({
  kind: fc.constant('wait' as const),
  millis: fc.constantFrom(1, 400, 4000, 33_000, 61_000, 900_000),
});

const some: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: say },
  { weight: 4, arbitrary: answer },
  { weight: 5, arbitrary: deed },
  { weight: 1, arbitrary: wait },
);

const right = { event: [], flaw: 'none', body: true } as const;
const said = { ...right, kind: 'say', call: 0, branch: 0, cseq: 1, tag: 0, extra: 1 } as const;
const answers = { ...right, kind: 'answer', which: 0, tag: 0, rseq: 0 } as const;
const act = (what: Deed): Step => ({ kind: 'do', what, which: 0 });
const invited: readonly Step[] = [{ ...said, method: 'INVITE' }];
const early: readonly Step[] = [...invited, act('progress')];
const called: readonly Step[] = [
  ...early,
  { ...said, method: 'PRACK', branch: 1, cseq: 2, tag: 4, body: false },
  act('answer'),
  { ...said, method: 'ACK', branch: 2, tag: 4 },
];
const calling: readonly Step[] = [act('call'), { ...answers, status: 183, rseq: 1 }];
const established: readonly Step[] = [...calling, { ...answers, status: 200, which: 1 }];
const subscribed: readonly Step[] = [
  { ...said, method: 'SUBSCRIBE', body: false },
  { ...answers, status: 200, body: false },
];
const subscribing: readonly Step[] = [
  act('subscribe'),
  { ...answers, status: 200, body: false },
  { ...said, method: 'NOTIFY', call: 3, cseq: 0, body: false },
];

/** Whole sequences: a beginning (nothing, ringing, early, in a call or subscribed, on either side), and what comes then. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.constantFrom<readonly Step[]>([], invited, early, called, calling, established, subscribed, subscribing),
    fc.array(some, { minLength: 3, maxLength: 30 }),
  )
  .map(([begin, rest]) => [...begin, ...rest]);

/** The user agents to play with. */
export const policies: fc.Arbitrary<Partial<UserAgentOptions>> = fc.record({
  reliable: fc.constantFrom('supported' as const, 'supported' as const, 'required' as const, 'never' as const),
  sessionTimer: fc.constantFrom({ expires: 120 }, { expires: 1800 }, 'never' as const),
  replaces: fc.boolean(),
});
