import { type SpoolContext, trying } from './context.ts';
import type { Entry } from './entry.ts';
import { parentOf, unlessGone } from './folders.ts';
import { finishItem, moveItem } from './move.ts';
import { inOrder, type Segment, type WriterLog } from './writer-log.ts';

/** Items moved or finished at one go: others who want to change the folder wait meanwhile. */
const AT_ONCE = 100;

/**
 * Moves out what waits too long, removes what nobody needs. What fails is logged and tried again the next time. Returns whether
 * there is more to do at once.
 */
export async function tidy(spool: SpoolContext): Promise<boolean> {
  const now = spool.clock.wall();
  const isDue = (entry: Entry) => entry.where === 'log' && entry.moveAt <= now && entry.readers === 0;
  const due = [...spool.book.entries.values()].filter(entry => entry.delivered || isDue(entry));
  for (const entry of due.slice(0, AT_ONCE))
    if (entry.delivered) await trying(spool.log, 'delivered item not removed', () => finishItem(spool, entry));
    else await trying(spool.log, 'item not moved out of its segment', () => moveItem(spool, entry, 'pending'));
  for (const log of spool.book.logs.values()) {
    const going = log.removable(spool.book.waitingIn(log));
    if (going.length > 0) await trying(spool.log, 'segments not removed', () => removeSegments(spool, log, going));
  }
  return due.length > AT_ONCE;
}

/** The oldest first, each lastingly: what a later segment says of a draft must not go before what it is said of. */
async function removeSegments(spool: SpoolContext, log: WriterLog, going: readonly Segment[]): Promise<void> {
  const { book, delivery } = spool;
  const orphans = log.orphanedBy(going).filter(id => !book.entries.has(id));
  if (orphans.length > 0) {
    delivery.ended(orphans);
    await delivery.synced();
  }
  for (const segment of inOrder(going)) {
    if (segment.damaged) await putAside(spool, segment.path);
    else await removeFile(spool, segment.path);
    log.remove([segment]);
  }
  if (log.segments.length === 0 && log.live.size === 0 && log.finished.size === 0) book.logs.delete(log.writer);
}

export async function removeFile({ disk }: SpoolContext, path: string): Promise<void> {
  await unlessGone(disk.unlink(path));
  await disk.syncDir(parentOf(path));
}

/** Keeps what could not be read for a person, and says so loudly. */
export async function putAside({ folders, clock, log }: SpoolContext, path: string): Promise<void> {
  const target = await folders.putAside(path, clock.wall());
  log.error('put aside as damaged', { path, target });
}
