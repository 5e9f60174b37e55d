import type { SipRequest } from '../../message/message.ts';
import type { Peer } from '../../transport/peer.ts';
import { sentAway } from '../sent-away.ts';
import type { Answer } from '../service.ts';
import type { Prepared, Unforwardable } from './preparation.ts';
import type { ProxyCore } from './proxy-core.ts';

/** Seconds that a caller is asked to stay away when our tables are full, or his share of them is. */
const FULL_SECONDS = 10;

/** Whether a request is let in, before anything is remembered of it. What belongs to a dialog that came through here goes first. */
export class ProxyAdmission {
  readonly #core: ProxyCore;

  constructor(core: ProxyCore) {
    this.#core = core;
  }

  /** Counts a request; a verdict when its source has sent too many. */
  flood(request: SipRequest, source: Peer): Unforwardable | undefined {
    if (this.#core.gate.admits(source)) return undefined;
    return { reason: 'too many requests', refusal: sentAway(request, FULL_SECONDS) };
  }

  verdict(request: SipRequest, { source, isSealed }: Prepared): Unforwardable | undefined {
    const { transactions, contexts, budgets, gate } = this.#core;
    const refused = isSealed ? undefined : this.atTheDoor(request, source);
    if (refused) return refused;
    if (!gate.hasRoom(source)) return { reason: 'too many transactions', refusal: sentAway(request, FULL_SECONDS) };
    // Calls that are here already have twice the room, so that a flood of new ones does not keep them from ending.
    const share = isSealed ? 2 : 1;
    const isFull = transactions.size >= budgets.transactions * share || contexts.size >= budgets.contexts * share;
    return isFull ? { reason: 'tables full', refusal: sentAway(request, FULL_SECONDS) } : undefined;
  }

  /** What is asked for every request that belongs to nothing here, whoever is to serve it. */
  atTheDoor(request: SipRequest, source: Peer): Unforwardable | undefined {
    const { options } = this.#core;
    const overload = options.overload?.();
    if (overload) return { reason: 'overload', refusal: sentAway(request, overload.retryAfterSeconds) };
    const refusal = options.admit?.(request, source);
    return refusal && { reason: reasonOf(refusal), refusal };
  }
}

function reasonOf({ status }: Answer): 'not authorized' | 'not admitted' {
  return status === 401 || status === 407 ? 'not authorized' : 'not admitted';
}
