import { type Document, definitionOf, type Kind, objectOf } from '@parley/schema';
import { indexedProperties } from '../life-cycle/declared.ts';
import type { Place } from '../life-cycle/identity.ts';
import type { Kept } from '../life-cycle/kept.ts';
import { computedOf, loadReferred, storedOf } from '../life-cycle/stored.ts';
import type { ListOptions, Page, Sort, Stored } from '../objects.ts';
import type { StoredRow, WalkedRow, WalkQuery } from '../store/object-store.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { isInOrder, leadsOf } from './leads.ts';
import { idsLed, rowsOf } from './led.ts';
import { First, Order, type Sorted } from './order.ts';
import { valuesOf, type Wanted, type WantedObjects, wantedObjects } from './wanted.ts';

/** Most objects of a page. */
export const LONGEST_PAGE = 1000;
/** Objects that are read at once while others are looked for. */
const STRIDE = 500;

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
  const sorted = sort.length === 0 && hasName(kind) ? [{ property: 'name' }] : sort;
  const order = new Order(kind, sorted);
  const leads = leadsOf(kind, filter);
  const ids = leads && (await idsLed(leads, request));
  if (ids) return sortedPage(request, order, rowsOf(ids, request));
  const along = walkAlong(kind, sorted);
  if (!along) return sortedPage(request, order, rowsIn(strides(request, {})));
  // What begins alike is together in its own order.
  const [lead, ...others] = leads ?? [];
  const isRange = lead && 'prefix' in lead && others.length === 0 && lead.property === along.property;
  return walkedPage(request, order, { ...along, ...(isRange && { prefix: lead.prefix }) });
}

const hasName = (kind: Kind) => Object.hasOwn(definitionOf(kind).properties, 'name');

type Along = Pick<WalkQuery, 'property' | 'descending'>;

/** How an index is walked to have an order; undefined when none has it. */
function walkAlong(kind: Kind, [first, ...others]: readonly Sort[]): Along | undefined {
  if (first === undefined) return { property: 'id' };
  const { property, descending = false } = first;
  const isIndexed = indexedProperties(kind).some(each => each.property === property && isInOrder(each));
  return isIndexed && others.length === 0 ? { property, descending } : undefined;
}

/** All objects of a kind in the order of an index, of names when not given, in portions of `limit`. */
async function* strides({ kind, place }: Request, only: Partial<WalkQuery>): AsyncIterable<readonly WalkedRow[]> {
  const { workspace, organization } = place;
  const { limit = STRIDE } = only;
  const base = { kind, organization, property: hasName(kind) ? 'name' : 'id', ...only, limit };
  let after: WalkQuery['after'] = only.after;
  for (;;) {
    const rows = await workspace.walk({ ...base, ...(after && { after }) });
    yield rows;
    after = rows.at(-1)?.place;
    if (rows.length < limit) return;
  }
}

async function* rowsIn(all: AsyncIterable<readonly WalkedRow[]>): AsyncIterable<readonly StoredRow[]> {
  for await (const walked of all) yield walked.map(({ row }) => row);
}

const isFit = (row: StoredRow, wanted: Wanted | undefined) => {
  if (wanted === undefined) return true;
  const values = valuesOf(row);
  return values !== undefined && wanted(values);
};

/** What is worked out of many objects is worked out of what they refer to, read in one go; what was read for those before is forgotten. */
async function prepare(rows: readonly StoredRow[], { wanted, place: { workspace } }: Request): Promise<void> {
  if (!wanted.computed) return;
  await workspace.rest();
  await loadReferred(
    rows.flatMap(row => (isFit(row, wanted.kept) ? (workspace.read(row) ?? []) : [])),
    workspace,
  );
}

/** The object of a row when it is wanted and can be read. */
async function wantedOf(row: StoredRow, { kind, wanted, place }: Request): Promise<Kept | undefined> {
  const kept = isFit(row, wanted.kept) ? place.workspace.read(row) : undefined;
  if (!kept || !wanted.computed) return kept;
  return wanted.computed({ ...kept.object, ...(await computedOf(kind, kept, place.workspace)) }) ? kept : undefined;
}

/** The objects of a page in the order of an index, from the place on where the page before ended. */
async function walkedPage(request: Request, order: Order, along: Partial<WalkQuery>): Promise<KeptPage> {
  const { after, limit, wanted } = request;
  const isAll = wanted.kept === undefined && wanted.computed === undefined;
  const cursor = after === undefined ? undefined : readCursor(after, order.name);
  const from = cursor && { after: { value: String(cursor.keys[0] ?? ''), id: cursor.id } };
  const kept: Kept[] = [];
  let last: WalkedRow | undefined;
  const stride = isAll ? { limit: Math.min(limit + 1, STRIDE) } : {};
  for await (const rows of strides(request, { ...along, ...from, ...stride })) {
    await prepare(
      rows.map(({ row }) => row),
      request,
    );
    for (const walked of rows) {
      const one = await wantedOf(walked.row, request);
      if (!one) continue;
      if (kept.length === limit && last) {
        const { value, id } = last.place;
        return { kept, next: writeCursor({ order: order.name, keys: [value], id }) };
      }
      kept.push(one);
      last = walked;
    }
  }
  return { kept, next: undefined };
}

interface Candidate extends Sorted {
  readonly row: StoredRow;
}

/** The objects of a page in any order: all are looked at, and only those of the page are held. */
async function sortedPage(request: Request, order: Order, all: AsyncIterable<readonly StoredRow[]>): Promise<KeptPage> {
  const cursor = request.after === undefined ? undefined : readCursor(request.after, order.name);
  const first = new First<Candidate>(request.limit + 1, order);
  for await (const rows of all) {
    await prepare(rows, request);
    for (const row of rows) {
      const kept = await wantedOf(row, request);
      if (!kept) continue;
      const candidate = { keys: order.keysOf({ ...kept.object }), id: kept.id, row };
      if (!cursor || order.compare(candidate, cursor) > 0) first.add(candidate);
    }
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
