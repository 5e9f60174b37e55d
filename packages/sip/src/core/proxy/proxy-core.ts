import type { Clock, Log } from '@parley/base';
import type { SipRequest } from '../../message/index.ts';
import { printAnswer } from '../../message/print-answer.ts';
import type { Gate } from '../../protection/gate.ts';
import type { Refusals } from '../../protection/refusals.ts';
import type { Locator } from '../../resolve/locator.ts';
import type { Ids } from '../../transaction/ids.ts';
import type { SipTimers } from '../../transaction/sip-timers.ts';
import type { TransactionLayer } from '../../transaction/transaction-layer.ts';
import type { Peer } from '../../transport/peer.ts';
import type { TransportLayer } from '../../transport/transport-layer.ts';
import { identified } from '../core.ts';
import type { Answer } from '../service.ts';
import type { Loops } from './loops.ts';
import type { OwnPlaces } from './own-places.ts';
import type { ProxyBudgets, ProxyOptions } from './proxy.ts';
import type { Seals } from './seals.ts';

/** A request on its way, as whoever closes the proxy sees it. */
export interface Ending {
  end(): void;
}

/** What the parts of one proxy share. */
export interface ProxyCore {
  readonly options: ProxyOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: SipTimers;
  readonly budgets: ProxyBudgets;
  readonly ids: Ids;
  readonly transports: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly locator: Locator;
  readonly refusals: Refusals;
  readonly gate: Gate;
  readonly places: OwnPlaces;
  readonly seals: Seals;
  readonly loops: Loops;
  readonly isTrusted: (peer: Peer) => boolean;
  /** Requests on their way. */
  readonly contexts: Set<Ending>;
  /** For Server. */
  readonly name: string;
}

/** The bytes of an answer of ours. */
export const printedAnswer = (core: ProxyCore, request: SipRequest, answer: Answer & { toTag?: string }): Buffer =>
  printAnswer(request, identified(core, answer));
