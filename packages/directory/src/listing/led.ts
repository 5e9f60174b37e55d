import type { Kind } from '@parley/schema';
import { referencePlaces } from '../life-cycle/declared.ts';
import type { Place } from '../life-cycle/identity.ts';
import type { StoredRow } from '../store/object-store.ts';
import { STRIDE } from './examined.ts';
import type { Lead } from './leads.ts';

/** Objects to which leads may lead: their ids are held, and they are looked at one by one. With more it is quicker to look at all in order. */
export const MOST_LED = 10_000;
interface Request {
  readonly kind: Kind;
  readonly place: Place;
}

/** Ids of all objects to which leads lead, each once; undefined when they are too many. */
export async function idsLed(leads: readonly Lead[], request: Request): Promise<readonly string[] | undefined> {
  const ids = new Set<string>();
  for (const lead of leads) {
    const found = await idsOf(lead, request);
    if (found === undefined) return undefined;
    for (const id of found) ids.add(id);
    if (ids.size > MOST_LED) return undefined;
  }
  return [...ids];
}

async function idsOf(lead: Lead, { kind, place }: Request): Promise<readonly string[] | undefined> {
  const { workspace, organization } = place;
  const { property, through } = lead;
  const limit = MOST_LED + 1;
  const of = 'prefix' in lead ? { prefix: lead.prefix } : { values: lead.values };
  let ids = await workspace.ids({ kind: lead.kind, organization, property, ...of, limit });
  // Back on the way that leads there, from the last reference to the first.
  const steps = kindsOn(kind, through);
  for (const [at, reference] of [...through.entries()].reverse()) {
    if (ids.length > MOST_LED) return undefined;
    const from = steps[at] ?? kind;
    ids = await workspace.ids({ kind: from, organization, property: reference, values: ids, limit });
  }
  return ids.length > MOST_LED ? undefined : ids;
}

/** The kinds that have the references, the first one being that of the wanted objects. */
function kindsOn(kind: Kind, through: readonly string[]): Kind[] {
  const kinds: Kind[] = [kind];
  for (const reference of through) {
    const last = kinds.at(-1) ?? kind;
    const to = referencePlaces(last).find(each => each.property === reference)?.to;
    if (to) kinds.push(to);
  }
  return kinds;
}

/** The objects with these ids, in portions. */
export async function* rowsOf(ids: readonly string[], { place }: Request): AsyncIterable<readonly StoredRow[]> {
  for (let from = 0; from < ids.length; from += STRIDE)
    yield await place.workspace.rows(ids.slice(from, from + STRIDE));
}
