import { ParleyError } from '@parley/base';

/** Why a peer was refused, in words for the log; none of them longer than a line. */
export interface RefusedFacts {
  /** What is wrong: "its certificate has expired (2026-01-01)". */
  readonly reason: string;
  /** What somebody can do about it. */
  readonly change: string;
  /** The name that had to be proved. */
  readonly expected?: string;
  /** The names that the certificate offered. */
  readonly offered?: readonly string[];
  /** Subject and issuer of the certificate. */
  readonly certificate?: string;
}

/** A peer that may not talk to us, or does not let us talk to it: it never got as far as a SIP message. */
export class PeerRefused extends ParleyError {
  readonly facts: RefusedFacts;

  constructor(facts: RefusedFacts) {
    super('SIP_PEER_REFUSED', facts.reason);
    this.name = 'PeerRefused';
    this.facts = facts;
  }
}
