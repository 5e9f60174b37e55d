import type { Directory } from '@parley/directory';
import type { Peer, Refusal, SipRequest } from '@parley/sip';
import { type AdmissionLimits, admitCall, admitProbe, type LoadFigures, type Overload } from '../admission.ts';
import type { Metrics } from '../health/metrics.ts';

export interface FrontDoorOptions {
  readonly directory: Directory;
  readonly figures: () => LoadFigures;
  readonly limits: () => AdmissionLimits & { readonly retryAfterSeconds: number };
  readonly metrics: Pick<Metrics, 'refused'>;
}

/** Why a request of a gateway is turned away. */
type Why = Overload | 'gateway takes no new calls';

/** What to change where it should have been served. */
const CHANGES: Readonly<Record<Why, string>> = {
  'gateway takes no new calls': 'parley gateway set NAME --status Enabled',
  starting: 'Nothing: the prompts are being made, which takes a moment after a start.',
  draining: 'Nothing: this server was told to stop. Let the telephone system call another one.',
  'spool full':
    'Make room on the disk of spool.folder, or mend it; spool.reserveMiB says how much has to be free, and /ready what is wrong.',
  'call limit': 'Raise limits.calls if this machine can carry more calls, or spread them over more servers.',
  'calls waiting':
    'More calls come than limits.callsPerSecond lets begin, and limits.waiting wait already: raise it if this machine can do more, or spread the calls over more servers.',
  'media stuck':
    'Nothing: a media thread hangs and is replaced after 10 s. When it comes back, tell the authors what the log says.',
  'packets late':
    'Packets leave later than limits.lateMillis: give this machine less to do or more cores (rtp.threads), or spread the calls over more servers.',
  'signalling late':
    'The main thread is later than limits.signallingMillis: give this machine less to do, or spread the calls over more servers.',
  'encoding backlog':
    'More recorded sound than limits.backlogSeconds waits to be encoded: give the delivery process more CPU, or choose a codec that costs less (parley dialplan set NAME --audio-codec G711).',
};

const STRANGER: Refusal = {
  status: 403,
  rule: 'stranger',
  change:
    'If this address may call: parley gateway create NAME --address ADDRESS --um-dial-plan PLAN; by TLS the address may be a name that its certificate proves. One that is Disabled counts as a stranger: parley gateway set NAME --status Enabled.',
};

/** Names of a certificate that are told; it may have hundreds. */
const MOST_NAMES = 5;

/** What is told of whoever came by TLS: what a gateway that is known by its name shows, or should. */
function strangerByTls({ certified }: Peer): Refusal {
  if (certified === undefined)
    return {
      ...STRANGER,
      change: `It shows no certificate, so it has no name that could be believed. ${STRANGER.change}`,
    };
  const [name] = certified;
  if (name === undefined)
    return {
      ...STRANGER,
      change: `Its certificate proves no name: give it one with subjectAltName URI:sip:NAME or DNS:NAME; wildcards count for nothing in SIP (RFC 5922 section 7.2). ${STRANGER.change}`,
    };
  return {
    ...STRANGER,
    change: `Its certificate proves ${certified.slice(0, MOST_NAMES).join(', ')}, and no gateway that is Enabled has such an address: parley gateway create NAME --address ${name} --port 5061 --um-dial-plan PLAN, or parley gateway set NAME --address ${name}`,
  };
}

/**
 * Decides about a request before anything is remembered of it: only configured gateways are let in, and new calls only while
 * they can be served. Requests of dialogs that exist are not turned away for load. The log has each refusal with its rule and change.
 */
export function createFrontDoor(options: FrontDoorOptions): (request: SipRequest, source: Peer) => Refusal | undefined {
  const { directory, figures, limits, metrics } = options;
  const busy = (why: Why): Refusal => {
    metrics.refused(why);
    const retryAfter = String(limits().retryAfterSeconds);
    // Only gateways come this far: what their own logs show should say as much as ours.
    const headers = [
      ['Retry-After', retryAfter],
      ['Warning', `399 parley "${why}"`],
    ] as const;
    return { status: 503, headers, rule: why, change: CHANGES[why] };
  };
  return (request, source) => {
    const gateway = directory.gatewayFor(source);
    if (!gateway) {
      metrics.refused('untrusted');
      return source.transport === 'tls' || source.transport === 'wss' ? strangerByTls(source) : STRANGER;
    }
    if (request.method === 'OPTIONS') {
      const why = admitProbe(figures());
      return why && busy(why);
    }
    if (request.method !== 'INVITE' || request.to.parameters.has('tag')) return undefined;
    if (gateway.status === 'NoNewCalls') return busy('gateway takes no new calls');
    const why = admitCall(figures(), limits());
    return why && busy(why);
  };
}
