import { definitionOf, type Kind } from '@parley/schema';
import { referringTo } from './declared.ts';
import type { Place } from './identity.ts';
import { type Kept, nameOf, objectIn } from './kept.ts';
import { OrganizationLookup } from './organization-lookup.ts';
import { NOT_PERMITTED, OBJECT_IN_USE } from './refusals.ts';
import { rulesOf } from './rules/index.ts';
import { refuseUsed } from './users.ts';
import type { Workspace } from './workspace.ts';

/** Objects that go with one that is removed. */
const MOST_GOING = 10_000;

/** Removes an object and what goes with it; returns all of them, the object first. Throws `OBJECT_IN_USE`. */
export async function remove(kept: Kept, { workspace, organization }: Place): Promise<readonly Kept[]> {
  if (kept.kind === 'Organization' && organization !== undefined)
    throw NOT_PERMITTED('only who administers the whole system removes organisations');
  if (isAlways(kept)) throw OBJECT_IN_USE(kept, 'belongs to every organisation and cannot be removed');
  const going = await goingWith(kept, workspace);
  const but = new Set(going.map(({ id }) => id));
  for (const each of going) {
    await refuseUsed(each, { workspace, but });
    await refuseByRules(each.kind, each, workspace);
  }
  // What refers goes before what it refers to.
  for (const each of going.toReversed()) await workspace.remove(each);
  return going;
}

const isAlways = (kept: Kept) => {
  const { always } = definitionOf(kept.kind);
  return always !== undefined && nameOf(kept).toLowerCase() === always.toLowerCase();
};

/** Whether an object goes with one to which it refers by this property. */
const goesWith = (kind: Kind, property: string, user: Kept, gone: Kept) =>
  definitionOf(kind).goesWith === property || (gone.kind === 'Organization' && isAlways(user));

/** The object, and everything that goes with it and with that. */
async function goingWith(kept: Kept, workspace: Workspace): Promise<readonly Kept[]> {
  const going = [kept];
  const known = new Set([kept.id]);
  for (const each of going) {
    const by = referringTo(each.kind).filter(
      ({ kind, property }) => definitionOf(kind).goesWith === property || each.kind === 'Organization',
    );
    const found = by.length === 0 ? [] : await workspace.referrers(each, { limit: MOST_GOING, by });
    await workspace.load(found.map(({ id }) => id));
    for (const { kind, property, id } of found) {
      const user = known.has(id) ? undefined : await workspace.get(kind, id);
      if (!user || !goesWith(kind, property, user, each)) continue;
      known.add(id);
      going.push(user);
    }
    if (going.length > MOST_GOING) throw OBJECT_IN_USE(kept, `takes more than ${MOST_GOING} objects along`);
  }
  return going;
}

async function refuseByRules<K extends Kind>(kind: K, kept: Kept, workspace: Workspace): Promise<void> {
  const lookup = new OrganizationLookup(workspace, kept.organization);
  const why = await rulesOf(kind)?.refusesRemoval?.(objectIn(kept, kind), lookup);
  if (why !== undefined) throw OBJECT_IN_USE(kept, why);
}
