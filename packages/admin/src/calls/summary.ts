import type { CallRecord } from '@parley/directory';

/** How calls are put together (section 2.11 of the reference). */
export type GroupBy = 'Day' | 'Month' | 'Total';

/** Calls by the columns of the report. */
const CLASSES: Readonly<Record<string, (call: CallRecord) => boolean>> = {
  VoiceMessage: call => call.callType === 'Call Answering Voice Message',
  MissedCalls: call => call.callType === 'Call Answering Missed Call',
  OutlookVoiceAccess: call => call.callType === 'Subscriber Access',
  Outbound: call => call.callType === 'PlayOnPhone' || call.callType === 'Find Me',
  AutomatedAttendant: call => call.callType === 'Auto Attendant',
  Fax: call => call.callType === 'Fax',
};

/** Mean of what is known, two digits behind the point; null when nothing is. */
function mean(calls: readonly CallRecord[], of: (call: CallRecord) => number | undefined): number | null {
  const known = calls.map(of).filter(value => value !== undefined);
  return known.length === 0
    ? null
    : Math.round((known.reduce((sum, each) => sum + each, 0) / known.length) * 100) / 100;
}

/** Whole percentages that add up to 100: the largest remainders are rounded up. */
export function percentages(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, each) => sum + each, 0);
  if (total === 0) return counts.map(() => 0);
  const exact = counts.map(each => (each * 100) / total);
  const whole = exact.map(Math.floor);
  const missing = 100 - whole.reduce((sum, each) => sum + each, 0);
  const byRemainder = exact
    .map((each, place) => ({ place, rest: each - Math.floor(each) }))
    .sort((a, b) => b.rest - a.rest)
    .slice(0, missing);
  for (const { place } of byRemainder) whole[place] = (whole[place] ?? 0) + 1;
  return whole;
}

/** Opinion scores in words, as the report of the originals has them. */
function quality(nmos: number | null): string | null {
  if (nmos === null) return null;
  if (nmos >= 4) return 'Excellent';
  if (nmos >= 3) return 'Good';
  return nmos >= 2 ? 'Fair' : 'Poor';
}

const keyOf = ({ callStartTime }: CallRecord, groupBy: GroupBy): string => {
  const day = new Date(callStartTime).toISOString().slice(0, 10);
  return groupBy === 'Total' ? '---' : groupBy === 'Month' ? day.slice(0, 7) : day;
};

function row(date: string, calls: readonly CallRecord[]): Record<string, unknown> {
  const classes = Object.entries(CLASSES).map(([name, fits]): [string, number] => [name, calls.filter(fits).length]);
  const other = calls.length - classes.reduce((sum, [, count]) => sum + count, 0);
  const all: [string, number][] = [...classes, ['Other', other]];
  const shares = percentages(all.map(([, count]) => count));
  const failed = calls.filter(({ offerResult }) => offerResult === 'Failed' || offerResult === 'Rejected').length;
  const nmos = mean(calls, call => call.nmos);
  return {
    Date: date,
    ...Object.fromEntries(all.map(([name], place) => [name, shares[place]])),
    FailedOrRejected: calls.length === 0 ? 0 : Math.round((failed * 100) / calls.length),
    AudioQuality: quality(nmos),
    TotalCalls: calls.length,
    NMOS: nmos,
    NMOSDegradation: mean(calls, call => call.nmosDegradation),
    Jitter: mean(calls, call => call.jitter),
    PacketLoss: mean(calls, call => call.packetLoss),
    RoundTrip: mean(calls, call => call.roundTrip),
    BurstLossDuration: mean(calls, call => call.burstLossDuration),
    NumberOfSamples: calls.filter(call => call.nmos !== undefined).length,
  };
}

/** The report: a row for each day, each month or all together, the newest first; days by UTC. */
export function summaryOf(calls: readonly CallRecord[], groupBy: GroupBy): Record<string, unknown>[] {
  const groups = Map.groupBy(calls, call => keyOf(call, groupBy));
  if (groupBy === 'Total') return [row('---', calls)];
  return [...groups].sort(([a], [b]) => (a < b ? 1 : -1)).map(([date, group]) => row(date, group));
}
