import { type By, type CallRecord, type CallRecords, LONGEST_LISTING } from '@parley/directory';

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

/** The calls that somebody may see: those of his organisation, or all. */
export async function visibleCalls(query: CallQuery, records: CallRecords, by: By): Promise<FoundCalls> {
  const { mailbox, dialPlan, gateway, since, until = Number.POSITIVE_INFINITY } = query;
  const found = await records.list({
    limit: LONGEST_LISTING,
    since,
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(by.organization === undefined ? {} : { organization: by.organization }),
  });
  const calls = found.filter(
    call =>
      call.callStartTime < until &&
      (dialPlan === undefined || call.dialPlanName === dialPlan) &&
      (gateway === undefined || call.ipGatewayName === gateway),
  );
  return { calls, isCut: found.length >= LONGEST_LISTING };
}
