import type { LoggedItem } from '../item.ts';
import type { RecordType } from '../record/record.ts';
import { endedRecords, type Snapshot, stateRecord } from './delivery-log.ts';
import type { Entry } from './entry.ts';
import { WriterLog } from './writer-log.ts';

/** What the spool knows: the items that wait, and the logs they lie in. In memory only; all of it can be found again. */
export class Book {
  readonly entries = new Map<string, Entry>();
  readonly logs = new Map<string, WriterLog>();
  /** Items that are over, from files that could not be looked into at this start: said again for the next one. */
  keep: readonly string[] = [];

  /** The log of a writer, made when it is new. */
  logOf(writer: string, worker: string): WriterLog {
    let log = this.logs.get(writer);
    if (!log) {
      log = new WriterLog(writer, worker);
      this.logs.set(writer, log);
    }
    return log;
  }

  /** Whether an item waits, or is over. */
  knows(id: string): boolean {
    if (this.entries.has(id)) return true;
    for (const log of this.logs.values()) if (log.finished.has(id)) return true;
    return false;
  }

  /** Items that lie in the segments of a log. */
  waitingIn(log: WriterLog): LoggedItem[] {
    return [...this.entries.values()]
      .filter(entry => entry.where === 'log' && entry.log === log)
      .map(entry => entry.item);
  }

  /** An item is over, or has moved to a folder of its own: its segments need not wait for it any more. */
  leftSegments(entry: Entry): void {
    const { id, first, last } = entry.item;
    if (entry.where === 'log') entry.log.finished.set(id, { first, last });
  }

  /** Everything a delivery log that begins anew has to say. */
  snapshot(): Snapshot[] {
    const records: Snapshot[] = [];
    for (const [id, { attempts, refusals, why, delivered }] of this.entries)
      if (attempts > 0 || why !== undefined || delivered)
        records.push(stateRecord(id, { attempts, refusals, why, over: delivered }));
    const over = new Set(this.keep);
    for (const log of this.logs.values()) for (const id of log.finished.keys()) if (!this.entries.has(id)) over.add(id);
    records.push(...endedRecords([...over]));
    return records;
  }
}

/** Kinds of records in the delivery log that carry how far an item is. */
export type StateRecord = (typeof RecordType)['delivering' | 'refused' | 'dead' | 'retried'];
