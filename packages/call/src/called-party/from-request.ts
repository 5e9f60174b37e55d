import { SipParseError, type SipRequest, type Uri } from '@parley/sip';
import type { CalledCandidate } from '../facts.ts';
import { reasonOfCause } from './diversion-reason.ts';
import type { Findings } from './findings.ts';
import { parameterOf, targetOf } from './from-history.ts';
import { calledOf } from './party-of.ts';

/** The Request-URI and the URI of To; undefined when one cannot be read. */
export interface Addressed {
  readonly requestUri: Uri | undefined;
  readonly to: Uri | undefined;
}

/** Reads both; what cannot be read is noted. */
export function addressed(request: SipRequest, findings: Findings): Addressed {
  return {
    requestUri: readUri('Request-URI', () => request.requestUri, findings),
    to: readUri('To', () => request.to.uri, findings),
  };
}

function readUri(header: string, read: () => Uri, findings: Findings): Uri | undefined {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof SipParseError)) throw thrown;
    findings.skip([{ header, problem: thrown.message }]);
    return undefined;
  }
}

/** RFC 4458: "sip:voicemail@example.com;target=sip:1001%40example.com;cause=486". */
export function fromTarget({ requestUri }: Addressed, findings: Findings): void {
  const target = requestUri === undefined ? undefined : targetOf(requestUri);
  if (target === undefined) return;
  if ('problem' in target) findings.skip([{ header: 'Request-URI', problem: target.problem }]);
  else
    findings.add({ ...calledOf(target.uri), from: 'target parameter', reason: target.reason }, 'target parameter', [
      target.reason,
    ]);
}

/** ";opaque=app:voicemail", how Lync writes "the voice mail of this user". */
export function fromVoiceMailUri({ requestUri, to }: Addressed, findings: Findings): void {
  for (const [from, uri] of [
    ['Request-URI', requestUri],
    ['To', to],
  ] as const) {
    if (uri === undefined || parameterOf(uri, 'opaque')?.toLowerCase() !== 'app:voicemail') continue;
    findings.add(candidate(from, uri), from, ['opaque=app:voicemail']);
  }
}

/** Nobody diverted the call, as far as can be seen: it is for whom it was sent to. */
export function fromAddresses({ requestUri, to }: Addressed, findings: Findings): void {
  if (requestUri !== undefined) findings.add(candidate('Request-URI', requestUri), 'Request-URI');
  if (to !== undefined) findings.add(candidate('To', to), 'To');
}

/** A `cause` without `target` says why the call comes to this user's own mailbox (RFC 4458 section 3). */
function candidate(from: 'Request-URI' | 'To', uri: Uri): CalledCandidate {
  return { ...calledOf(uri), from, reason: reasonOfCause(parameterOf(uri, 'cause')) ?? 'Direct' };
}
