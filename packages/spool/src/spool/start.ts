import { isUlid, messageOf } from '@parley/base';
import type { LoggedItem } from '../item.ts';
import { type SpoolContext, trying } from './context.ts';
import { type Delivery, readDeliveryLog } from './delivery-log.ts';
import { describeItem, type Entry, entryOf, itemOfEntry } from './entry.ts';
import { readItemFolder, removeFolder, removeItemFolder } from './item-folder.ts';
import { type RecoveryContext, recoverLog, sortFiles } from './recovery.ts';
import { putAside, removeFile } from './tidy.ts';
import type { WriterLog } from './writer-log.ts';

type Known = ReadonlyMap<string, Delivery>;

/** Fills the book with what the dead have left. Before the delivery log begins anew, nothing on the disk is changed. */
export async function recoverAll(spool: SpoolContext): Promise<void> {
  const { book, disk, folders, log } = spool;
  const { known, damaged } = await readDeliveryLog(disk, `${folders.root}/delivery.log`);
  if (damaged) log.error('delivery log damaged', { why: damaged });
  await loadFolders(spool, known);
  const context = recoveryContext(spool, id => known.get(id)?.over === true || book.entries.has(id));
  const files = await sortFiles(await folders.segments(), book.logs, context);
  const read: boolean[] = [];
  for (const writerLog of files.touched) read.push(await recoverOne(spool, writerLog, { context, known }));
  if (files.skipped.length > 0 || read.includes(false))
    book.keep = [...known].filter(([, { over }]) => over).map(([id]) => id);
  await trying(log, 'delivery log not renewed', () => spool.delivery.renew());
  for (const path of files.unreadable) await trying(log, 'file not put aside', () => putAside(spool, path));
  for (const path of files.empty) await trying(log, 'file not removed', () => removeFile(spool, path));
}

/** A worker died while the process lives: returns what its log holds and the book did not know. */
export async function recoverWorker(spool: SpoolContext, worker: string): Promise<Entry[]> {
  const { book, folders } = spool;
  const context = recoveryContext(spool, id => book.knows(id));
  const heardOf = new Set([...book.logs.values()].flatMap(log => log.segments.map(segment => segment.path)));
  const unheard = (await folders.segments()).filter(
    path => !heardOf.has(path) && path.startsWith(`${worker}-`, path.lastIndexOf('/') + 1),
  );
  const { touched } = await sortFiles(unheard, book.logs, context);
  const entered: Entry[] = [];
  for (const log of book.logs.values()) {
    const unfinished = log.live.size > 0 || log.segments.some(segment => segment.end === undefined);
    if (log.worker !== worker || !(unfinished || touched.has(log))) continue;
    for (const item of await recoverLog(log, context))
      if (!book.knows(item.id)) entered.push(enter(spool, item, { log, recovered: false }));
    log.live.clear();
  }
  return entered;
}

/** Writes an item into the book. */
export function enter(spool: SpoolContext, item: LoggedItem, from: { log: WriterLog; recovered: boolean }): Entry {
  const { log, recovered } = from;
  // What lies in a damaged segment is moved out at once, so that the segment can be put aside.
  const moveAt = log.isDamagedAt(item) ? 0 : item.sealedAt + spool.limits.moveAfterMillis;
  const entry = entryOf(item, log, { where: 'log', moveAt, recovered });
  spool.book.entries.set(item.id, entry);
  spool.log.info('spool item waits', describeItem(itemOfEntry(entry)));
  return entry;
}

export function recoveryContext(spool: SpoolContext, isKnown: (id: string) => boolean): RecoveryContext {
  const { disk, log, clock } = spool;
  return { disk, log, now: clock.wall(), isKnown };
}

/** Returns whether the log could be read; what could not is left as it is for the next start. */
async function recoverOne(
  spool: SpoolContext,
  log: WriterLog,
  from: { context: RecoveryContext; known: Known },
): Promise<boolean> {
  try {
    for (const item of await recoverLog(log, from.context))
      restore(enter(spool, item, { log, recovered: true }), from.known.get(item.id));
    return true;
  } catch (error) {
    spool.log.error('spool log not recovered', { worker: log.worker, message: messageOf(error) });
    spool.book.logs.delete(log.writer);
    return false;
  }
}

async function loadFolders(spool: SpoolContext, known: Known): Promise<void> {
  for (const where of ['pending', 'dead'] as const)
    for (const name of await spool.disk.list(spool.folders[where])) {
      // A copy that was not finished: what it was made of is still in the segments.
      if (name.startsWith('tmp-')) await removeFolder(spool.disk, `${spool.folders[where]}/${name}`);
      else if (isUlid(name))
        await trying(spool.log, 'spool item not loaded', () =>
          loadFolder(spool, name, { where, delivery: known.get(name) }),
        );
    }
}

async function loadFolder(
  spool: SpoolContext,
  id: string,
  from: { where: 'pending' | 'dead'; delivery: Delivery | undefined },
): Promise<void> {
  const { disk, folders, clock, log, book } = spool;
  const { where, delivery } = from;
  const path = `${folders[where]}/${id}`;
  const found = await readItemFolder(disk, path, clock.wall());
  if (!found) {
    // A removal that was cut off before its name was gone for good, or a folder that nobody can read.
    if (delivery?.over) await removeItemFolder(disk, folders[where], id);
    else await putAside(spool, path);
    return;
  }
  if (found.damaged) log.error('spool item damaged', { path });
  const entry = entryOf(found.item, found.log, { where, moveAt: 0, recovered: true });
  restore(entry, delivery);
  book.entries.set(id, entry);
}

function restore(entry: Entry, delivery: Delivery | undefined): void {
  if (!delivery) return;
  entry.attempts = delivery.attempts;
  entry.refusals = delivery.refusals;
  entry.why = delivery.why;
  entry.delivered = delivery.over;
}
