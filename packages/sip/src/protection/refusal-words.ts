import type { RefusalReason } from './refusals.ts';

/** How a refusal is told. */
export interface RefusalWords {
  /** Lines of daily life are for who looks for them. */
  readonly level: 'debug' | 'info' | 'warn';
  readonly rule: string;
  /** What to change where this refuses somebody who should be served. */
  readonly change: string;
}

const RULES: Readonly<Record<RefusalReason, Omit<RefusalWords, 'rule'>>> = {
  'too many requests': {
    level: 'warn',
    change: 'If this source is one of yours, let the option unlimited say so, or raise the budget requestsPerSecond.',
  },
  'too many transactions': {
    level: 'warn',
    change:
      'If this source is one of yours, let the option unlimited say so, or raise the budget transactionsPerSource.',
  },
  'tables full': {
    level: 'warn',
    change:
      'There are more calls than the budgets transactions and dialogs allow: raise them, or spread the calls over more machines.',
  },
  overload: {
    level: 'warn',
    change:
      'This machine has no room for new calls at the moment; those that it has go on. Spread the calls over more machines.',
  },
  'not admitted': {
    level: 'warn',
    change: 'The rules of admission do not know this source, or do not let it do this.',
  },
  'not authorized': {
    level: 'debug',
    change: 'A peer without credentials is asked for them; its next request has them.',
  },
  malformed: { level: 'info', change: 'The sender breaks the grammar of SIP; the detail says where. Mend the sender.' },
  'not supported': { level: 'info', change: 'The sender needs something that is not done here; the answer names it.' },
  'no dialog': {
    level: 'info',
    change: 'The call is over, or it was never here: look whether the sender sends to the right server.',
  },
  merged: {
    level: 'info',
    change:
      'The same request came on two ways; the first one is served. Let the proxy in between choose one way to here.',
  },
};

/** A request that was lost on a mistake of ours, such as an `admit` that threw: nobody shall look for it at the sender. */
export const FAILED_HERE = {
  rule: 'failed here',
  change: 'Nothing at the sender: the line of level error before this one says what went wrong here.',
} as const;

/** What a request wanted that is not done here, by the status that refuses it (RFC 3261 section 8.2, RFC 3262, 3891, 4028). */
const UNSUPPORTED: ReadonlyMap<number, Omit<RefusalWords, 'level'>> = new Map([
  [
    405,
    {
      rule: 'method not allowed',
      change: 'Keep the sender from using methods that Allow in the answer does not list.',
    },
  ],
  [406, { rule: 'no acceptable answer', change: 'Let the sender accept application/sdp: its Accept leaves that out.' }],
  [
    415,
    {
      rule: 'body not understood',
      change: 'Let the sender send its session description as application/sdp, not encoded.',
    },
  ],
  [416, { rule: 'address not understood', change: 'Call a sip: or tel: address; sips: needs TLS.' }],
  [
    420,
    {
      rule: 'extension not supported',
      change: 'Switch off at the sender the extension that Unsupported names, or let the sender not require it.',
    },
  ],
  [
    421,
    {
      rule: 'reliable provisional responses required',
      change: 'Switch 100rel (RFC 3262) on at the sender, or do not require it here.',
    },
  ],
  [
    422,
    {
      rule: 'session timer too short',
      change: 'Raise Session-Expires at the sender to Min-SE of the answer, or lower the minimum here.',
    },
  ],
  [
    423,
    {
      rule: 'registration too short',
      change: 'Raise the time of registration at the sender to Min-Expires of the answer, or lower the minimum here.',
    },
  ],
  [
    439,
    {
      rule: 'first hop keeps no flow',
      change: 'Let the proxy next to the telephone keep its flow (RFC 5626, "ob" in its Path), or switch outbound off.',
    },
  ],
  [481, { rule: 'no dialog to replace', change: 'The call that Replaces names is over, or it was never here.' }],
  [482, { rule: 'loop', change: 'Somebody on the way sends the request back to here unchanged: mend his routing.' }],
  [483, { rule: 'too many hops', change: 'The request goes in a circle, or Max-Forwards of the sender is too low.' }],
  [
    486,
    {
      rule: 'dialog to replace was answered',
      change: 'Replaces asks for an early dialog only: let the sender leave early-only out.',
    },
  ],
  [
    501,
    { rule: 'method unknown', change: 'Keep the sender from using methods that Allow in the answer does not list.' },
  ],
  [
    603,
    { rule: 'dialog to replace is over', change: 'The call that Replaces names ended before it could be taken over.' },
  ],
]);

/** How it is told that a request was refused for this reason with this status. */
export function refusalWords(reason: RefusalReason, status: number): RefusalWords {
  const words: RefusalWords = { rule: reason, ...RULES[reason] };
  const special = reason === 'not supported' ? UNSUPPORTED.get(status) : undefined;
  return special ? { ...words, ...special } : words;
}
