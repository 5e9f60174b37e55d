import type { TraceOperations } from '@parley/admin';
import type { Clock } from '@parley/base';
import type { CallRecord, Directory } from '@parley/directory';
import type { ForeignMedia } from '@parley/media';
import type { TrafficHandler } from '@parley/sip';
import { entryOf, type Telling, traceOf } from '../trace/described.ts';
import { Traces } from '../trace/traces.ts';

/** What keeps the SIP messages of calls, and who may look at them. */
export interface TraceRoom {
  /** For the user agent; undefined when nothing is kept. */
  readonly onTraffic: TrafficHandler | undefined;
  readonly operations: TraceOperations;
  /** A call is over. */
  ended(record: CallRecord): void;
  /** The other side of a call is not heard, because its media come from elsewhere. */
  heardElsewhere(callId: string, foreign: ForeignMedia): void;
  /** A call of ours was placed on behalf of another one. */
  placed(leg: string, onBehalfOf: string): void;
}

export interface TraceRoomOptions {
  /** `sip.trace`. */
  readonly calls: number;
  readonly directory: Pick<Directory, 'gatewayFor'>;
  readonly telling: () => Telling;
  readonly clock: Clock;
}

/** Opens it; empty when the configuration keeps no calls. */
export function openTraces({ calls, directory, telling, clock }: TraceRoomOptions): TraceRoom {
  const traces = new Traces({ calls, isKnown: peer => directory.gatewayFor(peer) !== undefined, clock });
  const why =
    calls === 0
      ? 'sip.trace is 0, so no messages are kept'
      : `the messages of the newest ${calls} calls since the start are kept (sip.trace)`;
  return {
    onTraffic: calls === 0 ? undefined : traffic => traces.take(traffic),
    operations: {
      list: limit => traces.newest(limit).map(call => entryOf(call, telling())),
      find(callId) {
        const [call, ...others] = traces.find(callId);
        if (!call) return { kind: 'none', why };
        if (others.length > 0) return { kind: 'ambiguous', callIds: [call, ...others].map(each => each.callId) };
        return { kind: 'found', trace: traceOf(call, traces, telling()) };
      },
    },
    ended: record => traces.ended(record),
    heardElsewhere: (callId, foreign) => traces.heardElsewhere(callId, foreign),
    placed: (leg, onBehalfOf) => traces.placed(leg, onBehalfOf),
  };
}
