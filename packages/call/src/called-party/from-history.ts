import { type HistoryEntry, parseHistoryInfo, parseUri, SipParseError, type SipRequest, type Uri } from '@parley/sip';
import type { CallReason } from '../facts.ts';
import { reasonOfCause, reasonOfReasons } from './diversion-reason.ts';
import type { Findings } from './findings.ts';
import { type Reading, readHeader } from './header-reading.ts';
import { calledOf, userOf } from './party-of.ts';

/** An entry that the call was diverted from, and the entry that it was diverted to. */
interface Step {
  readonly left: Reading<HistoryEntry>;
  readonly next: Reading<HistoryEntry>;
}

/**
 * Finds the diverting users in History-Info (RFC 7044; RFC 4244 without "mp"), and the targets of voice mail URIs (RFC 4458)
 * in it. Entries that only retarget the same user ("rc", "np") divert nobody.
 */
export function fromHistory(request: SipRequest, divertedBy: 'original' | 'last', findings: Findings): void {
  const { values, skipped } = readHeader(request, 'History-Info', parseHistoryInfo);
  findings.skip(skipped);
  const steps = stepsOf(values);
  const ordered = divertedBy === 'original' ? steps : steps.toReversed();
  ordered.forEach((step, index) => {
    const which = index === 0 ? `${divertedBy} of ${steps.length}, ` : '';
    addStep(step, which, findings);
  });
  for (const entry of values) addTarget(entry, findings);
  if (values.length > 0 && steps.length === 0)
    findings.note(`History-Info: ${values.length} entries, none diverted from`);
}

function stepsOf(entries: readonly Reading<HistoryEntry>[]): Step[] {
  const byIndex = new Map(entries.map(entry => [entry.value.index, entry]));
  const mapped = entries.flatMap(next => {
    const left = next.value.mp === undefined ? undefined : byIndex.get(next.value.mp);
    return left === undefined || left === next ? [] : [{ left, next }];
  });
  if (mapped.length > 0) return mapped;
  const pairs = entries.slice(1).map((next, index) => ({ left: entries[index], next }));
  return pairs.filter(({ left, next }) => isDiversion(left.value, next.value));
}

/** Without "mp": on to another user, or to another host with a reason why the call left this one. */
function isDiversion(left: HistoryEntry, next: HistoryEntry): boolean {
  if (next.rc !== undefined || next.np !== undefined) return false;
  const [from, to] = [userOf(left.address.uri), userOf(next.address.uri)];
  return from.user !== to.user || (from.host !== to.host && left.reasons.length > 0);
}

function addStep({ left, next }: Step, which: string, findings: Findings): void {
  const { index, reasons, address } = left.value;
  const reason =
    reasonOfReasons(reasons) ?? reasonOfCause(parameterOf(next.value.address.uri, 'cause')) ?? 'DivertForward';
  const details = [reason, ...(left.overlooked === '' ? [] : [left.overlooked])];
  findings.add(
    { ...visible(address.uri), from: 'History-Info', reason },
    `History-Info (${which}index ${index})`,
    details,
  );
}

function addTarget({ value }: Reading<HistoryEntry>, findings: Findings): void {
  const target = targetOf(value.address.uri);
  if (target === undefined) return;
  const where = `History-Info (target parameter of index ${value.index})`;
  if ('problem' in target) findings.skip([{ header: 'History-Info', problem: target.problem }]);
  else findings.add({ ...calledOf(target.uri), from: 'History-Info', reason: target.reason }, where, [target.reason]);
}

/** RFC 7044 section 10.1: an anonymized entry names nobody. */
function visible(uri: Uri): ReturnType<typeof calledOf> {
  const party = calledOf(uri);
  return party.host === 'anonymous.invalid' ? { user: '', host: party.host } : party;
}

/** A parameter of a SIP or tel URI. */
export function parameterOf(uri: Uri, name: string): string | undefined {
  return uri.scheme === 'other' ? undefined : uri.parameters.get(name);
}

/** Whose mailbox a voice mail URI of RFC 4458 means, and why the call goes there. */
export function targetOf(uri: Uri): { uri: Uri; reason: CallReason } | { problem: string } | undefined {
  const target = parameterOf(uri, 'target');
  if (target === undefined || target === '') return undefined;
  try {
    return { uri: parseUri(target, 'target'), reason: reasonOfCause(parameterOf(uri, 'cause')) ?? 'DivertForward' };
  } catch (thrown) {
    if (thrown instanceof SipParseError) return { problem: thrown.message };
    throw thrown;
  }
}
