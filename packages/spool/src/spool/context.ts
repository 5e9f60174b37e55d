import { type Clock, type Log, messageOf } from '@parley/base';
import type { Disk } from '../disk/disk.ts';
import type { Book } from './book.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { SpoolFolders } from './folders.ts';

export interface SpoolLimits {
  /** An item that waits so long in a segment is moved out. 10 minutes. */
  readonly moveAfterMillis: number;
  /** How often the folder is tidied. 30 s. */
  readonly sweepMillis: number;
}

/** What the parts of the spool share. */
export interface SpoolContext {
  readonly disk: Disk;
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: SpoolLimits;
  readonly folders: SpoolFolders;
  readonly book: Book;
  readonly delivery: DeliveryLog;
}

/** Does work whose failure is tried again later: it must not keep the rest from being done. */
export async function trying(log: Log, failure: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(failure, { message: messageOf(error) });
  }
}
