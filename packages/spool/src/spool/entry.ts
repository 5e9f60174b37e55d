import type { LoggedItem } from '../item.ts';
import type { WriterLog } from './writer-log.ts';

/** An item in the book. */
export interface Entry {
  item: LoggedItem;
  /** The log that its places belong to: a writer's, or the file it was moved out to. */
  log: WriterLog;
  /** Where it lies: in a segment, or in a folder of its own. */
  where: 'log' | 'pending' | 'dead';
  /** Wall time at which it is moved out of its segment. */
  readonly moveAt: number;
  /** How often its delivery was begun. */
  attempts: number;
  /** How often it was refused for good. */
  refusals: number;
  why: string | undefined;
  /** Known from before the last start: an attempt may have succeeded without DELIVERED being written. */
  readonly recovered: boolean;
  /** DELIVERED is in the log, perhaps not synced yet: never to be delivered again. */
  delivered: boolean;
  /** ... and that is synced. */
  noted: boolean;
  /** Where a move out of the segment was begun: a copy of it may lie there. */
  strayIn: 'pending' | 'dead' | undefined;
  /** Readers of its audio at this moment; it is not moved meanwhile. */
  readers: number;
}

/** What the book tells of an item. */
export interface SpoolItem {
  readonly id: string;
  readonly kind: LoggedItem['kind'];
  readonly state: 'waiting' | 'dead';
  readonly where: Entry['where'];
  readonly envelope: LoggedItem['envelope'];
  readonly urgent: boolean;
  readonly private: boolean;
  readonly interrupted: boolean;
  readonly sealedAt: number;
  readonly millis: number;
  /** Deliveries begun so far. */
  readonly attempts: number;
  /** Permanent refusals so far. */
  readonly refusals: number;
  /** The last refusal. */
  readonly why?: string;
  /** A delivery may have succeeded before without our knowing: look for the Message-ID first. */
  readonly maybeDelivered: boolean;
}

export function entryOf(
  item: LoggedItem,
  log: WriterLog,
  how: { where: Entry['where']; moveAt: number; recovered: boolean },
): Entry {
  return {
    item,
    log,
    ...how,
    attempts: 0,
    refusals: 0,
    why: undefined,
    delivered: false,
    noted: false,
    strayIn: undefined,
    readers: 0,
  };
}

export function itemOfEntry({ item, where, attempts, refusals, why, recovered }: Entry): SpoolItem {
  const { id, kind, envelope, urgent, interrupted, sealedAt, millis } = item;
  return {
    id,
    kind,
    state: where === 'dead' ? 'dead' : 'waiting',
    where,
    envelope,
    urgent,
    private: item.private,
    interrupted,
    sealedAt,
    millis,
    attempts,
    refusals,
    ...(why !== undefined && { why }),
    maybeDelivered: recovered || attempts > 0,
  };
}

/** An item for a log line: no content, no names, no numbers. */
export function describeItem(item: SpoolItem): Record<string, unknown> {
  const { id, kind, state, where, urgent, interrupted, millis, attempts, refusals } = item;
  return {
    item: id,
    messageId: item.envelope.messageId,
    kind,
    state,
    where,
    urgent,
    interrupted,
    millis,
    attempts,
    refusals,
  };
}
