import type { SipRequest } from '@parley/sip';
import type { CalledCandidate, CallReason, Party } from '../facts.ts';
import { callerOf } from './caller.ts';
import { Findings } from './findings.ts';
import { fromDiversion } from './from-diversion.ts';
import { fromHistory } from './from-history.ts';
import { addressed, fromAddresses, fromTarget, fromVoiceMailUri } from './from-request.ts';
import type { Skipped } from './header-reading.ts';
import { userOf } from './party-of.ts';

/** How to choose. */
export interface CalledPartyOptions {
  /** Whose mailbox gets a call that was diverted more than once: the first user's who diverted it, or the last one's. */
  readonly divertedBy: 'original' | 'last';
}

/** What an INVITE tells about whom it is for and who calls. */
export interface CalledParty {
  /** The likeliest first, nobody twice, at most 16. */
  readonly candidates: readonly CalledCandidate[];
  readonly caller: Party;
  readonly anonymous: boolean;
  /** Why the call came to the first candidate; 'None' without candidates. */
  readonly reason: CallReason;
  /** User of the Request-URI. */
  readonly dialled: string;
  /** How this was found, a line each, for people; numbers are not masked. */
  readonly explanation: readonly string[];
  /** Header values that could not be read and were done without: worth a line in the log. */
  readonly skipped: readonly Skipped[];
}

/**
 * Decides for whom a call may be: History-Info (RFC 7044), Diversion (RFC 5806), the target parameter (RFC 4458), a voice mail
 * URI of Lync, the Request-URI, To, in this order. Pure, and never throws for what the request holds.
 */
export function calledParty(request: SipRequest, options: CalledPartyOptions): CalledParty {
  const findings = new Findings();
  const addresses = addressed(request, findings);
  fromHistory(request, options.divertedBy, findings);
  fromDiversion(request, options.divertedBy, findings);
  fromTarget(addresses, findings);
  fromVoiceMailUri(addresses, findings);
  fromAddresses(addresses, findings);
  const { caller, anonymous } = callerOf(request, findings);
  const { candidates, explanation, skipped } = findings;
  return {
    candidates,
    caller,
    anonymous,
    reason: candidates[0]?.reason ?? 'None',
    dialled: addresses.requestUri === undefined ? '' : userOf(addresses.requestUri).user,
    explanation,
    skipped,
  };
}
