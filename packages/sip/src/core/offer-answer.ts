import type { Body } from './user-agent.ts';

/** Who made an offer, or sent an INVITE. */
export type Side = 'ours' | 'theirs';

/** Whether an offer or request of the other side may be taken now: 'pending' is 491, 'busy' 500 with Retry-After. */
export type Turn = 'go' | 'pending' | 'busy';

/**
 * Whose turn it is in one dialog (RFC 3261 14, RFC 3311 5, RFC 6337): one offer at a time, in whatever it travels, and one INVITE
 * and one UPDATE at a time. The one place that knows; no I/O.
 */
export class OfferAnswer {
  /** The INVITE that has no final answer yet. */
  inviting: Side | undefined;
  /** A 2xx of ours waits for its ACK. */
  unacknowledged = false;
  /** A reliable 1xx of ours with a description waits for its PRACK. */
  unpracked = false;
  readonly #updating = { ours: false, theirs: false };
  #open: Side | undefined;
  /** The open offer is in an UPDATE. */
  #isInUpdate = false;
  #proposed: Body | undefined;
  #local: Body | undefined;
  #exchanged = false;

  /** Who made the offer that has no answer. */
  get open(): Side | undefined {
    return this.#open;
  }

  /** The same, but for an offer in an UPDATE: what the answers to an INVITE and its ACK say, or leave out, is no answer to that. */
  get openInInvite(): Side | undefined {
    return this.#isInUpdate ? undefined : this.#open;
  }

  /** Our part of what was agreed last; undefined before. */
  get local(): Body | undefined {
    return this.#local;
  }

  /** Whether an offer has been answered in this dialog. */
  get exchanged(): boolean {
    return this.#exchanged;
  }

  /** A request of the other side. Without an offer, only a second INVITE or UPDATE at once is in the way. */
  theirs(method: string, hasOffer: boolean): Turn {
    if (method === 'INVITE') return this.#theirInvite();
    if (method === 'UPDATE' && this.#updating.theirs) return 'busy';
    if (!hasOffer) return 'go';
    if (this.#open === 'ours') return 'pending';
    if (this.#open === 'theirs') return 'busy';
    // The application that would be asked has its dialog only from the ACK on.
    return this.unacknowledged ? 'pending' : 'go';
  }

  /** Whether a request of ours may go out now. */
  ours(method: string, hasOffer: boolean): boolean {
    if (method === 'INVITE') return !this.inviting && !this.unacknowledged && !this.#open;
    if (method === 'UPDATE' && this.#updating.ours) return false;
    // RFC 3311 5.1: the first offer of a call is the INVITE's, or that of an answer to it.
    const mayOffer = this.#exchanged || !this.inviting;
    return !hasOffer || (mayOffer && !this.#open && !this.unacknowledged && !this.unpracked);
  }

  updating(side: Side, under: boolean): void {
    this.#updating[side] = under;
  }

  /** An offer has gone or come, in an UPDATE or with an INVITE (in a PRACK too); `body` is ours, undefined when it is theirs. */
  offered(side: Side, body?: Body, method = 'INVITE'): void {
    this.#open = side;
    this.#isInUpdate = method === 'UPDATE';
    this.#proposed = body;
  }

  /** The open offer has its answer; `body` is ours when the offer was theirs. */
  answered(body?: Body): void {
    if (!this.#open) return;
    this.#local = (this.#open === 'ours' ? this.#proposed : body) ?? this.#local;
    this.#exchanged = true;
    this.withdrawn();
  }

  /** The open offer is refused, or will not be answered: what was agreed before stays. */
  withdrawn(): void {
    this.#open = undefined;
    this.#isInUpdate = false;
    this.#proposed = undefined;
  }

  #theirInvite(): Turn {
    if (this.inviting === 'ours' || this.#open === 'ours') return 'pending';
    if (this.inviting === 'theirs' || this.#open === 'theirs') return 'busy';
    return this.unacknowledged ? 'pending' : 'go';
  }
}
