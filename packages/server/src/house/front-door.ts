import type { Clock, Log } from '@parley/base';
import type { Directory } from '@parley/directory';
import type { Peer, Refusal, SipRequest } from '@parley/sip';
import { type AdmissionLimits, admitCall, admitProbe, type LoadFigures, type Overload } from '../admission.ts';
import type { Metrics } from '../health/metrics.ts';
import { Seldom } from './seldom.ts';

export interface FrontDoorOptions {
  readonly directory: Directory;
  readonly figures: () => LoadFigures;
  readonly limits: () => AdmissionLimits & { readonly retryAfterSeconds: number };
  readonly metrics: Pick<Metrics, 'refused'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Decides about a request before anything is remembered of it: only configured gateways are let in, and new calls only while
 * they can be served. Requests of dialogs that exist are not turned away for load.
 */
export function createFrontDoor(options: FrontDoorOptions): (request: SipRequest, source: Peer) => Refusal | undefined {
  const { directory, figures, limits, metrics, clock, log } = options;
  const strangers = new Seldom(clock, 1000);
  const overloads = new Seldom(clock, 1000);

  const busy = (why: Overload | 'gateway takes no new calls', request: SipRequest, source: Peer): Refusal => {
    metrics.refused(why);
    overloads.now(heldBack =>
      log.warn('request turned away', { method: request.method, why, source: source.address, heldBack }),
    );
    return { status: 503, headers: [['Retry-After', String(limits().retryAfterSeconds)]] };
  };

  return (request, source) => {
    const gateway = directory.gatewayFor(source);
    if (!gateway || gateway.status === 'Disabled') {
      metrics.refused('untrusted');
      strangers.now(heldBack =>
        log.warn('request of a stranger refused; "parley gateway create" lets an address call', {
          method: request.method,
          source: `${source.address}:${source.port}`,
          gateway: gateway?.name,
          heldBack,
        }),
      );
      return { status: 403 };
    }
    if (request.method === 'OPTIONS') {
      const why = admitProbe(figures());
      return why && busy(why, request, source);
    }
    if (request.method !== 'INVITE' || request.to.parameters.has('tag')) return undefined;
    if (gateway.status === 'NoNewCalls') return busy('gateway takes no new calls', request, source);
    const why = admitCall(figures(), limits());
    return why && busy(why, request, source);
  };
}
