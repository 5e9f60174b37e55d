import { ParleyError } from '@parley/base';
import { RecordType } from '../record/record.ts';
import type { SpoolContext } from './context.ts';
import type { Entry } from './entry.ts';
import { readItemFolder, removeItemFolder, writeItemFolder } from './item-folder.ts';

/** Moves an item to a folder of its own, or from one to the other. */
export async function moveItem(spool: SpoolContext, entry: Entry, to: 'pending' | 'dead'): Promise<void> {
  if (entry.where === to) return;
  if (entry.where === 'log') await moveOut(spool, entry, to);
  else await moveFolder(spool, entry, { from: entry.where, to });
  spool.log.info('spool item moved', { item: entry.item.id, to });
}

async function moveOut(spool: SpoolContext, entry: Entry, to: 'pending' | 'dead'): Promise<void> {
  const { disk, node, clock, folders, book } = spool;
  entry.strayIn = to;
  await writeItemFolder(disk, folders[to], { item: entry.item, log: entry.log, node });
  const path = `${folders[to]}/${entry.item.id}`;
  const found = await readItemFolder(disk, path, clock.wall());
  if (!found) throw new ParleyError('SPOOL_FAILED', `${path} cannot be read back`);
  book.leftSegments(entry);
  entry.item = found.item;
  entry.log = found.log;
  entry.where = to;
}

/** The item is where the name is, even when the names cannot be synced. */
async function moveFolder(
  { disk, folders }: SpoolContext,
  entry: Entry,
  way: { from: 'pending' | 'dead'; to: 'pending' | 'dead' },
): Promise<void> {
  const from = folders[way.from];
  const to = folders[way.to];
  await disk.rename(`${from}/${entry.item.id}`, `${to}/${entry.item.id}`);
  entry.where = way.to;
  for (const segment of entry.log.segments) segment.path = segment.path.replace(from, to);
  await disk.syncDir(to);
  await disk.syncDir(from);
}

/** DELIVERED, synced. Many deliveries share a sync. */
export async function noteDelivered({ delivery }: SpoolContext, entry: Entry): Promise<void> {
  entry.delivered = true;
  delivery.note(RecordType.delivered, entry.item.id);
  await delivery.synced();
  entry.noted = true;
}

/** Whether an item has files of its own, which go with it. */
export function hasFolder(entry: Entry): boolean {
  return entry.where !== 'log' || entry.strayIn !== undefined;
}

/** A delivered item goes; not before DELIVERED is synced. */
export async function finishItem(spool: SpoolContext, entry: Entry): Promise<void> {
  const { disk, folders, book } = spool;
  const { id } = entry.item;
  if (!entry.noted) await noteDelivered(spool, entry);
  if (book.entries.get(id) !== entry) return;
  const folder = entry.where === 'log' ? entry.strayIn : entry.where;
  if (folder) await removeItemFolder(disk, folders[folder], id);
  strike(spool, entry);
}

/** Takes a delivered item out of the book. */
export function strike({ book, log }: SpoolContext, entry: Entry): void {
  if (book.entries.get(entry.item.id) !== entry) return;
  book.leftSegments(entry);
  book.entries.delete(entry.item.id);
  log.info('spool item gone', { item: entry.item.id });
}
