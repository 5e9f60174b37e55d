import { definitionOf, type Kind, kinds } from '@parley/schema';
import type { Place, StoredRow, StoreTransaction } from '../store/object-store.ts';

/** The kinds that are exported and imported. */
export const OPEN_KINDS: readonly Kind[] = kinds.filter(kind => !definitionOf(kind).secret);

/** Rows read at once; of kinds with bulky documents (a prompt has up to 7 MB) only a few. */
const PAGE = 500;
const BULKY_PAGE = 4;

export const pageOf = (kind: Kind): number =>
  Object.values(definitionOf(kind).properties).some(({ bulky }) => bulky) ? BULKY_PAGE : PAGE;

/** Every stored object of a kind in the order of ids, a page in memory at a time. */
export async function* rowsOf(
  transaction: StoreTransaction,
  kind: Kind,
  organization: string | undefined,
): AsyncGenerator<StoredRow> {
  const limit = pageOf(kind);
  let after: Place | undefined;
  for (;;) {
    const page = await transaction.walk({ kind, organization, property: 'id', limit, ...(after && { after }) });
    for (const { row } of page) yield row;
    after = page.at(-1)?.place;
    if (page.length < limit) return;
  }
}
