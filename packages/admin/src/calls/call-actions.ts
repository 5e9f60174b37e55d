import type { Clock } from '@parley/base';
import { type By, type CallRecords, LONGEST_LISTING, ObjectInvalid, type Objects } from '@parley/directory';
import { type Kind, problem } from '@parley/schema';
import { type Bound, textIn } from '../run/bind.ts';
import type { Action, ActionRequest, Row, RunResult } from '../run/ports.ts';
import { nameOf } from '../run/shown.ts';
import { callsAsCsv, shownCall } from './shown-call.ts';
import { type GroupBy, summaryOf } from './summary.ts';
import { type FoundCalls, visibleCalls } from './visible-calls.ts';

/** A call in progress. */
export interface ActiveCall {
  readonly callId: string;
  /** Wall time, milliseconds since 1970. */
  readonly startedAt: number;
  readonly caller: string;
  readonly called: string;
  readonly server: string;
  readonly dialPlan?: string;
  readonly gateway?: string;
  /** "Call Answering Voice Message", "Ringing" ... */
  readonly state: string;
}

export interface CallParts {
  readonly records: CallRecords;
  readonly clock: Clock;
  /** Calls in progress on this node; none are known when not given. */
  readonly activeCalls?: () => readonly ActiveCall[];
}

const DAY_MILLIS = 86_400_000;
/** What the reports of the originals go back. */
const DAYS = { record: 90, Day: 90, Month: 366, Total: 366 } as const;

/** What the cmdlets about calls do, by `does` of their declarations. */
export function callActions(parts: CallParts): Readonly<Record<string, Action>> {
  return {
    callRecords: request => callRecords(request, parts),
    callSummary: request => callSummary(request, parts),
    exportCallRecords: request => exportCallRecords(request, parts),
    activeCalls: request => activeCalls(request, parts),
  };
}

async function callRecords(
  { bound, objects, by }: ActionRequest,
  { records, clock }: CallParts,
): Promise<Partial<RunResult>> {
  const mailbox = await nameIn('UMMailbox', 'Mailbox', { bound, objects, by });
  const since = clock.wall() - DAYS.record * DAY_MILLIS;
  const query = { since, ...(mailbox === undefined ? {} : { mailbox }) };
  const found = await visibleCalls(query, records, by);
  return { rows: found.calls.map(shownCall), warnings: warningsOf(found) };
}

async function callSummary(
  { bound, objects, by }: ActionRequest,
  { records, clock }: CallParts,
): Promise<Partial<RunResult>> {
  const groupBy = groupIn(bound);
  const since = clock.wall() - DAYS[groupBy] * DAY_MILLIS;
  const found = await visibleCalls({ since, ...(await selected({ bound, objects, by })) }, records, by);
  const rows = summaryOf(found.calls, groupBy).map((properties): Row => {
    const name = String(properties.Date);
    return { kind: 'UMCallSummaryReport', id: name, name, properties };
  });
  return { rows, warnings: warningsOf(found) };
}

async function exportCallRecords(
  { bound, objects, by }: ActionRequest,
  { records }: CallParts,
): Promise<Partial<RunResult>> {
  const since = dayIn(bound);
  const query = { since, until: since + DAY_MILLIS, ...(await selected({ bound, objects, by })) };
  const found = await visibleCalls(query, records, by);
  const name = `calls-${new Date(since).toISOString().slice(0, 10)}.csv`;
  const file = { name, type: 'text/csv', content: Buffer.from(callsAsCsv(found.calls)) };
  return { file, warnings: warningsOf(found) };
}

async function activeCalls({ bound, objects, by }: ActionRequest, parts: CallParts): Promise<Partial<RunResult>> {
  const at = { bound, objects, by };
  const server = (textIn(bound, 'Server') ?? textIn(bound, 'InstanceServer'))?.toLowerCase();
  const dialPlan = await nameIn('UMDialPlan', 'DialPlan', at);
  const gateway = await nameIn('UMIPGateway', 'IPGateway', at);
  if (by.organization !== undefined && dialPlan === undefined && gateway === undefined)
    throw new ObjectInvalid([
      problem('DialPlan', undefined, 'a dial plan of your organisation, or -IPGateway a gateway of it'),
    ]);
  const calls = (parts.activeCalls?.() ?? []).filter(
    call =>
      (server === undefined || call.server.toLowerCase() === server) &&
      (dialPlan === undefined || call.dialPlan === dialPlan) &&
      (gateway === undefined || call.gateway === gateway),
  );
  return { rows: calls.map(shownActiveCall) };
}

const shownActiveCall = (call: ActiveCall): Row => ({
  kind: 'UMActiveCall',
  id: call.callId,
  name: call.callId,
  properties: {
    Identity: call.callId,
    StartTime: new Date(call.startedAt).toISOString(),
    CallingNumber: call.caller,
    CalledNumber: call.called,
    State: call.state,
    Server: call.server,
    DialPlan: call.dialPlan ?? null,
    IPGateway: call.gateway ?? null,
  },
});

interface Place {
  readonly bound: Bound;
  readonly objects: Objects;
  readonly by: By;
}

/** The name of the object that a parameter means; rejects with `OBJECT_NOT_FOUND`. */
async function nameIn(kind: Kind, parameter: string, { bound, objects, by }: Place): Promise<string | undefined> {
  const identity = textIn(bound, parameter);
  return identity === undefined ? undefined : nameOf(await objects.get(kind, identity, by));
}

async function selected(at: Place): Promise<{ dialPlan?: string; gateway?: string }> {
  const dialPlan = await nameIn('UMDialPlan', 'UMDialPlan', at);
  const gateway = await nameIn('UMIPGateway', 'UMIPGateway', at);
  return { ...(dialPlan === undefined ? {} : { dialPlan }), ...(gateway === undefined ? {} : { gateway }) };
}

function groupIn(bound: Bound): GroupBy {
  const value = textIn(bound, 'GroupBy');
  if (value === 'Day' || value === 'Month' || value === 'Total') return value;
  throw new ObjectInvalid([problem('GroupBy', value, 'Day, Month or Total')]);
}

/** The beginning of a day by UTC: "2026-01-31" or "1/31/2026". */
function dayIn(bound: Bound): number {
  const value = textIn(bound, 'Date') ?? '';
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(value);
  const iso = american ? `${american[3]}-${american[1]?.padStart(2, '0')}-${american[2]?.padStart(2, '0')}` : value;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : Number.NaN;
  // The runtime takes the 31st of February for a day in March.
  if (Number.isFinite(at) && new Date(at).toISOString().startsWith(iso)) return at;
  throw new ObjectInvalid([problem('Date', value, 'a day such as 2026-01-31')]);
}

const warningsOf = ({ isCut }: FoundCalls) =>
  isCut ? [`There are more than ${LONGEST_LISTING} calls: only the newest are counted and shown.`] : [];
