import { type Document, definitionOf, type Kind, objectOf } from '@parley/schema';
import { hasName, indexedProperties } from '../life-cycle/declared.ts';
import type { Place } from '../life-cycle/identity.ts';
import type { Kept } from '../life-cycle/kept.ts';
import { loadReferred, storedOf } from '../life-cycle/stored.ts';
import type { ListOptions, Page, Sort, Stored } from '../objects.ts';
import type { StoredRow, WalkedRow } from '../store/object-store.ts';
import type { KeptPage, PageRequest } from './examined.ts';
import { isInOrder, leadsOf } from './leads.ts';
import { idsLed, rowsOf } from './led.ts';
import { Order } from './order.ts';
import { sortedPage } from './sorted-page.ts';
import { strides, type Walk, walkedPage } from './walked-page.ts';
import { wantedObjects } from './wanted.ts';

/** Most objects of a page. */
export const LONGEST_PAGE = 1000;

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

async function pageOf(request: PageRequest, { filter, sort = [] }: ListOptions): Promise<KeptPage> {
  const { kind } = request;
  const sorted = sort.length === 0 && hasName(kind) ? [{ property: 'name' }] : sort;
  const order = new Order(kind, sorted);
  const leads = leadsOf(kind, filter);
  const ids = leads && (await idsLed(leads, request));
  const along = alongOf(kind, sorted);
  if (ids) {
    // Where many are wanted the first ones are soon met with in their order; what has to be worked out costs too much to try.
    const mayMeet = ids.length > request.limit && request.wanted.computed === undefined;
    const met = along && mayMeet && (await walkedPage(request, { order, along, most: ids.length }));
    return met || sortedPage(request, order, rowsOf(ids, request));
  }
  if (!along) return sortedPage(request, order, rowsIn(strides(request, {})));
  // What begins alike is together in its own order.
  const [lead, ...others] = leads ?? [];
  const isRange = lead && 'prefix' in lead && others.length === 0 && lead.property === along.property;
  const whole = { order, along: { ...along, ...(isRange && { prefix: lead.prefix }) } };
  return (await walkedPage(request, whole)) ?? { kept: [], next: undefined };
}

/** How an index is walked to have an order; undefined when none has it. */
function alongOf(kind: Kind, [first, ...others]: readonly Sort[]): Walk['along'] | undefined {
  if (first === undefined) return { property: 'id' };
  const { property, descending = false } = first;
  const isIndexed = indexedProperties(kind).some(each => each.property === property && isInOrder(each));
  return isIndexed && others.length === 0 ? { property, descending } : undefined;
}

async function* rowsIn(all: AsyncIterable<readonly WalkedRow[]>): AsyncIterable<readonly StoredRow[]> {
  for await (const walked of all) yield walked.map(({ row }) => row);
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
