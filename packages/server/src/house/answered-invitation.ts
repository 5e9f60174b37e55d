import type { HangUpCause } from '@parley/call';
import { type Body, type Dialog, type Invitation, parseWarning, type Refusal, type Warning } from '@parley/sip';

/** Hands an invitation to its call, and remembers how the call refused it. */
export class AnsweredInvitation implements Invitation {
  refusal: Refusal | undefined;
  readonly #invitation: Invitation;
  readonly #decided: () => void;

  /** @param decided called when the call is answered or refused. */
  constructor(invitation: Invitation, decided: () => void) {
    this.#invitation = invitation;
    this.#decided = decided;
  }

  get request(): Invitation['request'] {
    return this.#invitation.request;
  }

  get source(): Invitation['source'] {
    return this.#invitation.source;
  }

  get offer(): Body | undefined {
    return this.#invitation.offer;
  }

  get signal(): AbortSignal {
    return this.#invitation.signal;
  }

  get replaces(): Dialog | undefined {
    return this.#invitation.replaces;
  }

  get dialog(): Dialog | undefined {
    return this.#invitation.dialog;
  }

  ring(): void {
    this.#invitation.ring();
  }

  progress(sdp: Body, acknowledged?: (answer: Body | undefined) => void): void {
    this.#invitation.progress(sdp, acknowledged);
  }

  answer(sdp: Body): Promise<Dialog> {
    this.#decided();
    return this.#invitation.answer(sdp);
  }

  reject(refusal: Refusal): void {
    this.refusal = refusal;
    this.#decided();
    this.#invitation.reject(refusal);
  }
}

/** Which rule refused a call that had been let in, and what to change. */
export interface RefusedBy {
  readonly rule: string;
  readonly change: string;
}

const NOT_FOUND = 404;
const NOT_ACCEPTABLE = 488;
const UNAVAILABLE = 503;

const NO_MAILBOX: RefusedBy = {
  rule: 'no mailbox',
  change:
    'Give the number to a mailbox (parley mailbox set NAME --extensions NUMBER), or let the telephone system send the number that was called; "explanation" says where it was looked for.',
};
const BY_CAUSE: Readonly<Partial<Record<HangUpCause, RefusedBy>>> = {
  'no media': {
    rule: 'no media port',
    change: 'Widen rtp.ports; the line "no media for a call" says what is missing.',
  },
  drain: {
    rule: 'draining',
    change: 'Nothing: this server was told to stop. Let the telephone system call another one.',
  },
};
const UNREADABLE =
  'Mend the sender: its session description breaks the grammar of SDP (RFC 8866); "session description cannot be read" says where.';
const UNKNOWING: RefusedBy = {
  rule: 'directory unavailable',
  change:
    'Mend the database, or the way to it: mailboxes that were called lately are remembered, this one was not. Let the telephone system call another server meanwhile.',
};
const FAILED: RefusedBy = {
  rule: 'not answered',
  change: 'The flow of the call failed: the lines of level error with this Call-ID say why.',
};

/** @param ended why the call is over, as it knows itself. */
export function refusedBy(refusal: Refusal, ended: HangUpCause | undefined): RefusedBy {
  if (refusal.status === NOT_FOUND) return NO_MAILBOX;
  if (refusal.status === UNAVAILABLE && ended === 'local') return UNKNOWING;
  const warning = warningOf(refusal);
  if (ended === 'no codec') return { rule: 'session description', change: changeOf(warning) };
  // What our warnings say is what does not fit, and what would.
  if (refusal.status === NOT_ACCEPTABLE && warning)
    return { rule: 'VoIPSecurity of the dial plan', change: warning.text };
  return (ended && BY_CAUSE[ended]) ?? FAILED;
}

/** Keys of the configuration that make a difference to what a warning is about (RFC 3261 section 20.43). */
const KEYS: ReadonlyMap<number, string> = new Map([
  [301, 'rtp.address6 takes media over IPv6'],
  [
    302,
    'rtp.srtp whenOffered for calls by TLS and wss, or VoIPSecurity of the dial plan, says that media may be encrypted',
  ],
  [305, 'rtp.codecs says which codecs are spoken here'],
]);

function changeOf(warning: Warning | undefined): string {
  if (!warning) return UNREADABLE;
  const key = KEYS.get(warning.code);
  return key === undefined ? warning.text : `${warning.text}; ${key}`;
}

function warningOf({ headers = [] }: Refusal): Warning | undefined {
  const value = headers.find(([name]) => name === 'Warning')?.[1];
  return value === undefined ? undefined : parseWarning(value);
}
