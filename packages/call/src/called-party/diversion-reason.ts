import type { Reason } from '@parley/sip';
import type { CallReason } from '../facts.ts';

/** Reasons of RFC 5806 section 6; all others mean that the call was sent on without being tried. */
const BY_WORD: Readonly<Record<string, CallReason>> = {
  'user-busy': 'DivertBusy',
  'no-answer': 'DivertNoAnswer',
  unavailable: 'DivertNoAnswer',
  'out-of-service': 'DivertNoAnswer',
};

/** Causes of RFC 4458 section 2: 302, 480 and 487 are unconditional forwarding and deflections, 404 is unknown. */
const BY_CAUSE: Readonly<Record<number, CallReason>> = {
  408: 'DivertNoAnswer',
  486: 'DivertBusy',
  503: 'DivertNoAnswer',
};

/** What a telephone that was tried had answered. */
const BY_STATUS: Readonly<Record<number, CallReason>> = {
  404: 'DivertNoAnswer',
  408: 'DivertNoAnswer',
  410: 'DivertNoAnswer',
  480: 'DivertNoAnswer',
  486: 'DivertBusy',
  487: 'DivertNoAnswer',
  503: 'DivertNoAnswer',
  504: 'DivertNoAnswer',
  600: 'DivertBusy',
};

/** ITU-T Q.850: 17 user busy, 18 no user responding, 19 no answer, 20 subscriber absent, 27 destination out of order. */
const BY_ISDN: Readonly<Record<number, CallReason>> = {
  17: 'DivertBusy',
  18: 'DivertNoAnswer',
  19: 'DivertNoAnswer',
  20: 'DivertNoAnswer',
  27: 'DivertNoAnswer',
};

/** From the `reason` of Diversion, in lower case with hyphens. */
export function reasonOfWord(word: string): CallReason {
  return Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : 'DivertForward';
}

/** From the `cause` parameter of a voice mail URI; undefined when there is none. */
export function reasonOfCause(cause: string | undefined): CallReason | undefined {
  if (cause === undefined) return undefined;
  return BY_CAUSE[Number(cause)] ?? 'DivertForward';
}

/** From the Reason values that History-Info embeds in the target that was left; undefined when there are none. */
export function reasonOfReasons(reasons: readonly Reason[]): CallReason | undefined {
  const causes = reasons.map(({ protocol, cause }) => (protocol === 'SIP' ? BY_STATUS : BY_ISDN)[cause ?? 0]);
  return causes.find(reason => reason !== undefined) ?? (reasons.length > 0 ? 'DivertForward' : undefined);
}
