import type { Log } from '@parley/base';
import { indexRowsOf } from '../life-cycle/index-rows.ts';
import { type Kept, rowOf } from '../life-cycle/kept.ts';
import type { Workspace } from '../life-cycle/workspace.ts';
import type { Put, StoredRow, StoreTransaction } from '../store/object-store.ts';

/** An object, and when it was changed. */
export type Indexable = readonly [kept: Kept, changedAt: number];

/** The rows that can be read. */
export const readable = (rows: readonly StoredRow[], workspace: Workspace): readonly Indexable[] =>
  rows.flatMap((row): Indexable[] => {
    const kept = workspace.read(row);
    return kept ? [[kept, row.changedAt]] : [];
  });

/** Writes again what objects are found by. */
export async function writeIndex(
  all: readonly Indexable[],
  { workspace, transaction, log }: { workspace: Workspace; transaction: StoreTransaction; log: Log },
): Promise<void> {
  for (const [kept, changedAt] of all) {
    const put = { row: rowOf(kept, changedAt), index: await indexRowsOf(kept, workspace) };
    await transaction.update(await withoutDoubles(put, transaction, log), kept.etag);
  }
}

/** What was not unique before an update stays as it is: found, and said in the log. */
async function withoutDoubles(put: Put, transaction: StoreTransaction, log: Log): Promise<Put> {
  const { kind, id } = put.row;
  const index = [];
  for (const row of put.index) {
    const { property, value, scope } = row;
    const query = { kind, property, values: [value], organization: undefined, scope, limit: 2 };
    const others = scope === '' ? [] : (await transaction.find(query)).filter(hit => hit.id !== id);
    if (others.length > 0)
      log.warn('a value that should be unique is not', { kind, id, property, others: others[0]?.id });
    index.push(others.length > 0 ? { ...row, scope: '' } : row);
  }
  return { ...put, index };
}
