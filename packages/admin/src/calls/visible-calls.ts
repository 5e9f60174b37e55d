import { type By, type CallRecord, type CallRecords, LONGEST_LISTING, type Objects } from '@parley/directory';
import type { Filter, Kind } from '@parley/schema';

/** Which calls are asked for. */
export interface CallQuery {
  readonly mailbox?: string;
  readonly dialPlan?: string;
  readonly gateway?: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until?: number;
}

export interface FoundCalls {
  /** The newest first. */
  readonly calls: readonly CallRecord[];
  /** There may be older ones that are not here. */
  readonly isCut: boolean;
}

interface Places {
  readonly records: CallRecords;
  readonly objects: Objects;
  readonly by: By;
}

/** The calls that somebody may see: of an organisation those that certainly belong to it. */
export async function visibleCalls(query: CallQuery, { records, objects, by }: Places): Promise<FoundCalls> {
  const { mailbox, dialPlan, gateway, since, until = Number.POSITIVE_INFINITY } = query;
  const found = await records.list({ limit: LONGEST_LISTING, since, ...(mailbox === undefined ? {} : { mailbox }) });
  const plans = by.organization === undefined ? undefined : await ownNames('UMDialPlan', objects, by);
  const calls = found.filter(
    call =>
      call.callStartTime < until &&
      (dialPlan === undefined || call.dialPlanName === dialPlan) &&
      (gateway === undefined || call.ipGatewayName === gateway) &&
      (plans === undefined || (call.dialPlanName !== undefined && plans.has(call.dialPlanName))),
  );
  return { calls, isCut: found.length >= LONGEST_LISTING };
}

const PAGE = 1000;

/**
 * Names of an organisation's objects that no other organisation has an object of. A record of a call has names only: one that could be
 * another organisation's is nobody's but the system's.
 */
async function ownNames(kind: Kind, objects: Objects, by: By): Promise<ReadonlySet<string>> {
  const own = await namesOf(kind, objects, by);
  const system: By = { who: by.who };
  const doubled = new Set<string>();
  for (const name of own) {
    const filter: Filter = { op: 'eq', property: 'name', value: name };
    const { objects: same } = await objects.list(kind, { filter, limit: 2 }, system);
    if (same.length > 1) doubled.add(name);
  }
  return new Set([...own].filter(name => !doubled.has(name)));
}

async function namesOf(kind: Kind, objects: Objects, by: By): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let after: string | undefined;
  do {
    const page = await objects.list(kind, { limit: PAGE, ...(after === undefined ? {} : { after }) }, by);
    for (const { object } of page.objects) if ('name' in object) names.add(object.name);
    after = page.next;
  } while (after !== undefined);
  return names;
}
