import type { StoredRow } from '../store/object-store.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { fitting, fittingValues, type KeptPage, type PageRequest, wantedOf } from './examined.ts';
import { First, type Order, type Sorted } from './order.ts';

interface Candidate extends Sorted {
  readonly row: StoredRow;
}

/** The objects of a page in any order: all are looked at, and only those of the page are held. */
export async function sortedPage(
  request: PageRequest,
  order: Order,
  all: AsyncIterable<readonly StoredRow[]>,
): Promise<KeptPage> {
  const cursor = request.after === undefined ? undefined : readCursor(request.after, order.name);
  const first = new First<Candidate>(request.limit + 1, order);
  for await (const rows of all)
    for (const row of await fitting(rows, request)) {
      const values = fittingValues(row, request.wanted);
      if (!values) continue;
      const candidate = { keys: order.keysOf(values), id: row.id, row };
      // Most are not of this page: they need not be checked nor worked out.
      if (cursor && order.compare(candidate, cursor) <= 0) continue;
      if (first.takes(candidate) && (await wantedOf(row, request))) first.add(candidate);
    }
  const page = first.items.slice(0, request.limit);
  const last = first.items.length > request.limit ? page.at(-1) : undefined;
  return {
    kept: page.flatMap(({ row }) => request.place.workspace.read(row) ?? []),
    next: last && writeCursor({ order: order.name, keys: last.keys, id: last.id }),
  };
}
