import { type Document, definitionOf, type Kind, objectOf } from '@parley/schema';
import { indexedProperties } from '../life-cycle/declared.ts';
import type { Place } from '../life-cycle/identity.ts';
import type { Kept } from '../life-cycle/kept.ts';
import { computedOf, loadReferred, storedOf } from '../life-cycle/stored.ts';
import type { ListOptions, Page, Stored } from '../objects.ts';
import type { StoredRow, WalkedRow, WalkQuery } from '../store/object-store.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { driverOf } from './driver.ts';
import { First, Order, type Sorted } from './order.ts';
import { valuesOf, type Wanted, type WantedObjects, wantedObjects } from './wanted.ts';

/** Most objects of a page. */
export const LONGEST_PAGE = 1000;
/** Objects that are read at once while others are looked for. */
const STRIDE = 500;
/** Objects of one value that are put into the order of names in memory. */
const MOST_SORTED = 2000;

interface Request {
  readonly kind: Kind;
  readonly place: Place;
  readonly limit: number;
  readonly wanted: WantedObjects;
  readonly after: string | undefined;
}

/** A page of objects. The memory that it takes does not depend on how many there are. */
export async function list<K extends Kind>(kind: K, options: ListOptions, place: Place): Promise<Page<K>> {
  const limit = Math.min(LONGEST_PAGE, Math.max(1, Math.floor(options.limit ?? LONGEST_PAGE)));
  const request = { kind, place, limit, wanted: wantedObjects(kind, options), after: options.after };
  const { kept, next } = await pageOf(request, options);
  await loadReferred(kept, place.workspace);
  const objects: Stored<K>[] = [];
  for (const each of kept) objects.push(await storedOf(kind, withoutBulk(each), place.workspace));
  return { objects, ...(next === undefined ? {} : { next }) };
}

interface KeptPage {
  readonly kept: readonly Kept[];
  readonly next: string | undefined;
}

async function pageOf(request: Request, { filter, sort = [] }: ListOptions): Promise<KeptPage> {
  const { kind } = request;
  const [first] = sort;
  const isByName = first === undefined || (sort.length === 1 && first.property === 'name' && !first.descending);
  const driver = driverOf(kind, filter);
  const few = driver && 'value' in driver ? await fewWith(request, driver) : undefined;
  if (few) return sortedPage(request, new Order(kind, isByName ? byName(kind) : sort), [few]);
  if (!isByName)
    return sortedPage(request, new Order(kind, sort), strides(request, driver && 'prefix' in driver ? driver : {}));
  return walkedPage(request, driver && 'prefix' in driver ? driver : {});
}

const hasName = (kind: Kind) => Object.hasOwn(definitionOf(kind).properties, 'name');

const byName = (kind: Kind) => (hasName(kind) ? [{ property: 'name' }] : []);

/** Every object with one value, when they are few. */
async function fewWith({ kind, place }: Request, at: { readonly property: string; readonly value: string }) {
  const { workspace, organization } = place;
  const rows = await workspace.walk({ kind, organization, ...at, limit: MOST_SORTED + 1 });
  return rows.length > MOST_SORTED ? undefined : rows;
}

/** All objects of a kind in the order of names, in portions: of `only.limit`, or as many as are read at once while others are looked for. */
async function* strides({ kind, place }: Request, only: Partial<WalkQuery>): AsyncIterable<readonly WalkedRow[]> {
  const { workspace, organization } = place;
  const scoped = indexedProperties(kind).some(
    ({ property, unique }) => property === 'name' && unique === 'within its organization',
  );
  const { limit = STRIDE } = only;
  const base = { kind, organization, property: hasName(kind) ? 'name' : 'id', scoped, ...only, limit };
  let after: WalkQuery['after'] = only.after;
  for (;;) {
    const rows = await workspace.walk({ ...base, ...(after && { after }) });
    yield rows;
    after = rows.at(-1)?.place;
    if (rows.length < limit) return;
  }
}

const isFit = (row: StoredRow, wanted: Wanted | undefined) => {
  if (wanted === undefined) return true;
  const values = valuesOf(row);
  return values !== undefined && wanted(values);
};

/** The object of a row when it is wanted and can be read. */
async function wantedOf(row: StoredRow, { kind, wanted, place }: Request): Promise<Kept | undefined> {
  const kept = isFit(row, wanted.kept) ? place.workspace.read(row) : undefined;
  if (!kept || !wanted.computed) return kept;
  return wanted.computed({ ...kept.object, ...(await computedOf(kind, kept, place.workspace)) }) ? kept : undefined;
}

const WALKED = 'walk';

async function walkedPage(request: Request, only: Partial<WalkQuery>): Promise<KeptPage> {
  const { after, limit, wanted } = request;
  const isAll = wanted.kept === undefined && wanted.computed === undefined;
  const cursor = after === undefined ? undefined : readCursor(after, WALKED);
  const from = cursor && { after: { value: String(cursor.keys[0] ?? ''), id: cursor.id } };
  const kept: Kept[] = [];
  let last: WalkedRow | undefined;
  for await (const rows of strides(request, { ...only, ...from, ...(isAll && { limit: Math.min(limit + 1, STRIDE) }) }))
    for (const walked of rows) {
      const one = await wantedOf(walked.row, request);
      if (!one) continue;
      if (kept.length === limit && last) {
        const { value, id } = last.place;
        return { kept, next: writeCursor({ order: WALKED, keys: [value], id }) };
      }
      kept.push(one);
      last = walked;
    }
  return { kept, next: undefined };
}

interface Candidate extends Sorted {
  readonly row: StoredRow;
}

/** The objects of a page in any order: all are looked at, and only those of the page are held. */
async function sortedPage(
  request: Request,
  order: Order,
  all: AsyncIterable<readonly WalkedRow[]> | Iterable<readonly WalkedRow[]>,
): Promise<KeptPage> {
  const cursor = request.after === undefined ? undefined : readCursor(request.after, order.name);
  const first = new First<Candidate>(request.limit + 1, order);
  for await (const rows of all)
    for (const { row } of rows) {
      const kept = await wantedOf(row, request);
      if (!kept) continue;
      const candidate = { keys: order.keysOf({ ...kept.object }), id: kept.id, row };
      if (!cursor || order.compare(candidate, cursor) > 0) first.add(candidate);
    }
  const page = first.items.slice(0, request.limit);
  const last = first.items.length > request.limit ? page.at(-1) : undefined;
  return {
    kept: page.flatMap(({ row }) => request.place.workspace.read(row) ?? []),
    next: last && writeCursor({ order: order.name, keys: last.keys, id: last.id }),
  };
}

/** Large values are not for lists. */
function withoutBulk(kept: Kept): Kept {
  const { properties } = definitionOf(kept.kind);
  const entries = Object.entries(kept.document);
  const small: Document = Object.fromEntries(entries.filter(([name]) => !properties[name]?.bulky));
  return Object.keys(small).length === entries.length
    ? kept
    : { ...kept, document: small, object: objectOf(kept.kind, kept.id, small) };
}
