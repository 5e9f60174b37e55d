import type { HangUpCause } from '@parley/call';
import type { DialPlan } from '@parley/schema';
import { parseWarning, type Refusal, type Warning } from '@parley/sip';
import type { Config } from '../config/settings.ts';

/** Which rule refused a call that had been let in, and what to change. */
export interface RefusedBy {
  readonly rule: string;
  readonly change: string;
}

/** What decides about a call beside what its caller sent. */
export interface Circumstances {
  /** Why the call is over, as it knows itself. */
  readonly ended: HangUpCause | undefined;
  /** That of the hunt group; undefined when the gateway has none for the number. */
  readonly dialPlan: Pick<DialPlan, 'voIPSecurity' | 'numberOfDigitsInExtension'> | undefined;
  /** Whether the signalling was encrypted. */
  readonly byTls: boolean;
  readonly srtp: Config['rtp']['srtp'];
}

const NOT_FOUND = 404;
const NOT_ACCEPTABLE = 488;
const UNAVAILABLE = 503;
/** Warning about whether media are encrypted: of the profile (RFC 3261 section 20.43). */
const TRANSPORT_PROTOCOL = 302;

const NO_HUNT_GROUP: RefusedBy = {
  rule: 'no hunt group',
  change:
    'Lead the gateway to a dial plan, for all numbers or for this one: parley huntgroup create NAME --um-ip-gateway GATEWAY --um-dial-plan PLAN [--pilot-identifier NUMBER]',
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
const PLAN_SECURITY = 'VoIPSecurity of the dial plan';

/** Why a call was refused, in words of the configuration. */
export function refusedBy(refusal: Refusal, circumstances: Circumstances): RefusedBy {
  const { ended, dialPlan } = circumstances;
  if (refusal.status === NOT_FOUND) return dialPlan ? noMailbox(dialPlan) : NO_HUNT_GROUP;
  if (refusal.status === UNAVAILABLE && ended === 'local') return UNKNOWING;
  const warning = warningOf(refusal);
  if (ended === 'no codec') return unfitMedia(warning, circumstances);
  // What our warnings say is what does not fit, and what would.
  if (refusal.status === NOT_ACCEPTABLE && warning) return { rule: PLAN_SECURITY, change: warning.text };
  return (ended && BY_CAUSE[ended]) ?? FAILED;
}

function noMailbox({ numberOfDigitsInExtension: digits }: NonNullable<Circumstances['dialPlan']>): RefusedBy {
  return {
    rule: 'no mailbox',
    change: `No mailbox of the dial plan has the number (its extensions have ${digits} digits). Give it to one (parley mailbox set NAME --extensions NUMBER), or let the telephone system send the number that was called; if a mailbox of another dial plan has it, lead the gateway there (parley huntgroup create). "explanation" in the line "call over" says where it was looked for.`,
  };
}

/** The session description says something that is not served here; what our warning says of it goes first. */
function unfitMedia(warning: Warning | undefined, circumstances: Circumstances): RefusedBy {
  if (!warning) return { rule: 'session description', change: UNREADABLE };
  const { rule, change } = (warning.code === TRANSPORT_PROTOCOL && encryption(circumstances)) || {
    rule: 'session description',
    change: remedyFor(warning),
  };
  return { rule, change: change === undefined ? warning.text : `${warning.text}; ${change}` };
}

/** Who decides about encrypted media, and what would let this call in; undefined where encryption is the caller's choice. */
function encryption({ dialPlan, byTls, srtp }: Circumstances): RefusedBy | undefined {
  if (dialPlan?.voIPSecurity === 'Secured')
    return {
      rule: PLAN_SECURITY,
      change:
        'it is Secured: have the telephone system encrypt (docs/guides/srtp.md), or take calls without it: parley dialplan set NAME --voip-security SIPSecured',
    };
  if (!byTls)
    return {
      rule: 'SRTP by TLS only',
      change:
        'keys that come in clear protect nothing: have the telephone system call by TLS (docs/guides/tls.md), or without SRTP',
    };
  if (srtp === 'byDialPlan')
    return {
      rule: 'rtp.srtp',
      change: 'it is byDialPlan, and the dial plan is not Secured: set whenOffered, or have it called without SRTP',
    };
  return undefined;
}

/** What makes a difference to what a warning is about (RFC 3261 section 20.43). */
function remedyFor({ code, text }: Warning): string | undefined {
  if (code === 301 && text.endsWith('IPv4 only')) return 'rtp.address6 takes media over IPv6';
  if (code === 305) return 'rtp.codecs says which codecs are spoken here';
  if (code === 306 && text.endsWith('ICE is needed with DTLS'))
    return 'that is for browsers: have a telephone system encrypt by SDES (RTP/SAVP with a=crypto, docs/guides/srtp.md)';
  return undefined;
}

function warningOf({ headers = [] }: Refusal): Warning | undefined {
  const value = headers.find(([name]) => name === 'Warning')?.[1];
  return value === undefined ? undefined : parseWarning(value);
}
