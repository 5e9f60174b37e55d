import type { Peer } from '@parley/sip';

/** A party of a call, from headers that strangers write: cleaned of control characters, still untrusted. */
export interface Party {
  /** Display name, '' when there is none. */
  readonly name: string;
  /** Number or user part ('' when withheld). */
  readonly user: string;
  /** Host part, '' for a tel: URI. */
  readonly host: string;
}

/** Why the call came here (call record field ReasonForCall). */
export type CallReason = 'Direct' | 'DivertForward' | 'DivertBusy' | 'DivertNoAnswer' | 'None';

/** Somebody the call may be meant for, the likeliest first. */
export interface CalledCandidate {
  readonly user: string;
  readonly host: string;
  /** What a local number belongs to (RFC 3966): the beginning of a global number or a domain, as written. */
  readonly phoneContext?: string;
  /** Which header said so, for the explanation. */
  readonly from: 'History-Info' | 'Diversion' | 'target parameter' | 'Request-URI' | 'To';
  readonly reason: CallReason;
}

/** What is known of a call before any flow runs; plain data. */
export interface CallFacts {
  /** SIP Call-ID. */
  readonly callId: string;
  /** Wall time of the INVITE, milliseconds since 1970. */
  readonly startedAt: number;
  readonly caller: Party;
  /** The caller withheld the number (anonymous URI, Privacy: id). */
  readonly anonymous: boolean;
  /** Request-URI user as dialled. */
  readonly dialled: string;
  readonly called: readonly CalledCandidate[];
  /** How the candidates were found, a line each, for people. */
  readonly explanation: readonly string[];
  readonly gateway: string;
  readonly transport: Peer['transport'];
  /** The gateway proved a name of its own by its certificate (RFC 5922). */
  readonly certified: boolean;
}
