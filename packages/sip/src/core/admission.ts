import type { DialogUser } from '../dialog/dialog-table.ts';
import type { SipRequest } from '../message/message.ts';
import type { Gate } from '../protection/gate.ts';
import type { RefusalReason } from '../protection/refusals.ts';
import type { Peer } from '../transport/peer.ts';
import { isSecure } from '../transport/secure.ts';
import type { Core } from './core.ts';
import { refusalOf } from './rules.ts';
import { sentAway } from './sent-away.ts';
import type { Refusal, UserAgentOptions } from './user-agent.ts';

/** Seconds that a caller is asked to stay away when our tables are full, or his share of them is. */
const FULL_SECONDS = 10;
/** How many times the room of new requests those in calls have, so that a flood of new ones does not keep calls from ending. */
const IN_CALLS = 2;

type AdmissionOptions = Pick<UserAgentOptions, 'admit' | 'overload'>;

/** Why a request is refused, and what it gets. */
export interface Verdict {
  readonly reason: RefusalReason;
  readonly refusal: Refusal;
}

/** Whoever is here by TLS was told to stay with it, by our Contact: only somebody else comes in clear, or a way that shows the call to everybody. */
export const IN_CLEAR: Verdict = {
  reason: 'not admitted',
  refusal: {
    status: 403,
    rule: 'in clear',
    change:
      'The call began by TLS and is not gone on with in clear: let the sender keep to transport=tls of our Contact (RFC 3261 section 26.3.2).',
  },
};

/** Whether a request is let in, before anything is remembered of it. */
export class Admission {
  readonly gate: Gate;
  readonly #core: Core;
  readonly #options: AdmissionOptions;

  constructor(core: Core, options: AdmissionOptions, gate: Gate) {
    this.#core = core;
    this.#options = options;
    this.gate = gate;
  }

  /** Counts a request, before its headers are read; a verdict when its source has sent too many. */
  flood(request: SipRequest, source: Peer): Verdict | undefined {
    if (this.gate.admits(source) || this.#isExpected(request, source)) return undefined;
    return { reason: 'too many requests', refusal: sentAway(request, FULL_SECONDS) };
  }

  /** In the order of what it costs to find out; for calls that are here already only what is theirs to break. */
  verdict(request: SipRequest, source: Peer, dialog: DialogUser | undefined): Verdict | undefined {
    const crowded = dialog ? this.#crowded(request, source, IN_CALLS) : this.#overloaded(request, source);
    const early = crowded ?? this.unadmitted(request, source, dialog);
    if (early) return early;
    if (this.#isFull(dialog)) return { reason: 'tables full', refusal: sentAway(request, FULL_SECONDS) };
    const broken = refusalOf(this.#core, request, source);
    if (broken) return { reason: reasonOf(broken, 'not supported'), refusal: broken };
    return dialog ? undefined : this.#outside(request);
  }

  /** A dialog is trusted from where it is known to be; from anywhere else its requests are asked for like new ones. */
  unadmitted(request: SipRequest, source: Peer, dialog?: DialogUser): Verdict | undefined {
    if (dialog?.isSecure && !isSecure(source)) return IN_CLEAR;
    if (dialog?.knows(source.address)) return undefined;
    const refusal = this.#options.admit(request, source);
    if (refusal) return { reason: reasonOf(refusal, 'not admitted'), refusal };
    dialog?.movedTo(source.address);
    return undefined;
  }

  /** What belongs to a call that is here from where it is known to be: never the victim of a flood of other requests. */
  #isExpected(request: SipRequest, { address }: Peer): boolean {
    const { dialogs, transactions } = this.#core;
    if (dialogs.of(request)?.knows(address)) return true;
    const { method } = request;
    if (method !== 'ACK' && method !== 'CANCEL') return false;
    return transactions.inviteOf(request)?.channel.peer.address === address;
  }

  #overloaded(request: SipRequest, source: Peer): Verdict | undefined {
    const overload = this.#options.overload?.();
    if (overload) return { reason: 'overload', refusal: sentAway(request, overload.retryAfterSeconds) };
    return this.#crowded(request, source, 1);
  }

  /** Who is in a call must not fill the table of transactions for all others by requests in it. */
  #crowded(request: SipRequest, source: Peer, times: number): Verdict | undefined {
    if (this.gate.hasRoom(source, times)) return undefined;
    return { reason: 'too many transactions', refusal: sentAway(request, FULL_SECONDS) };
  }

  /** What a request may not be that belongs to no dialog of ours. */
  #outside(request: SipRequest): Verdict | undefined {
    const { method } = request;
    const { handlers, transactions, dialogs, budgets } = this.#core;
    const isInvite = method === 'INVITE';
    const startsSomething = isInvite || method === 'OPTIONS' || handlers.has(method);
    if (!startsSomething || request.to.parameters.has('tag')) return { reason: 'no dialog', refusal: { status: 481 } };
    if (transactions.isMerged(request)) return { reason: 'merged', refusal: { status: 482, reason: 'Merged Request' } };
    if (!isInvite || dialogs.size < budgets.dialogs) return undefined;
    return { reason: 'tables full', refusal: sentAway(request, FULL_SECONDS) };
  }

  #isFull(dialog: DialogUser | undefined): boolean {
    const { transactions, budgets } = this.#core;
    return transactions.size >= budgets.transactions * (dialog ? IN_CALLS : 1);
  }
}

/** What a refusal is counted as: asking for credentials is no refusal of admission, and bad grammar is what it is. */
function reasonOf({ status }: Refusal, otherwise: RefusalReason): RefusalReason {
  if (status === 401 || status === 407) return 'not authorized';
  return status === 400 ? 'malformed' : otherwise;
}
