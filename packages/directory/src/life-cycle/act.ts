import { Bug } from '@parley/base';
import { definitionOf, type Kind } from '@parley/schema';
import type { ActRequest } from '../objects.ts';
import { change } from './change.ts';
import { create } from './create.ts';
import { identify, type Place } from './identity.ts';
import { type Kept, objectIn } from './kept.ts';
import { OrganizationLookup } from './organization-lookup.ts';
import { OBJECT_NOT_FOUND } from './refusals.ts';
import { remove } from './remove.ts';
import { rulesOf } from './rules/index.ts';
import type { ActionResult, WantedChange } from './rules/rule.ts';

/** Changes that one action may want. */
const MOST_CHANGES = 10_000;

export interface ActedOn {
  readonly kept: readonly Kept[];
  readonly warnings: readonly string[];
  readonly result: unknown;
}

/** Does what an action of a kind wants, and returns what its answer is about. */
export async function act<K extends Kind>(
  kind: K,
  action: string,
  { identity, parameters, place }: ActRequest & { readonly place: Place },
): Promise<ActedOn> {
  const { workspace } = place;
  const actions = rulesOf(kind)?.actions ?? {};
  const doing = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!doing) throw new Bug(`${kind} has no action ${action}`);
  const kept = identity === undefined ? undefined : await identify(kind, identity, place);
  const organization = kept?.organization ?? place.organization ?? (await onlyOrganization(place));
  const inside = { workspace, organization };
  const { by, settings, now } = workspace.options;
  const lookup = new OrganizationLookup(workspace, organization);
  const wanted = await doing({ object: kept && objectIn(kept, kind), parameters, lookup, by, settings, now });
  const touched = await made(wanted.changes ?? [], inside);
  return { kept: await shownBy(wanted, touched, inside), warnings: wanted.warnings ?? [], result: wanted.result };
}

/** Who administers the whole system means the one organisation where there is only one. */
async function onlyOrganization({ workspace }: Place): Promise<string | undefined> {
  const ids = await workspace.some('Organization', undefined);
  return ids.length === 1 ? ids[0] : undefined;
}

async function made(changes: readonly WantedChange[], place: Place): Promise<readonly Kept[]> {
  if (changes.length > MOST_CHANGES) throw new Bug(`an action wants ${changes.length} changes`);
  const touched = new Map<string, Kept>();
  for (const wanted of changes) {
    if (wanted.what === 'create') {
      const kept = await create(wanted.kind, wanted.input, place);
      touched.set(kept.id, kept);
      continue;
    }
    const kept = await present(wanted.kind, wanted.id, place);
    if (wanted.what === 'change') {
      const changed = await change(kept, wanted.patch, place);
      if (!wanted.beside) touched.set(kept.id, changed);
    } else for (const gone of await remove(kept, place)) touched.delete(gone.id);
  }
  return [...touched.values()].filter(({ kind }) => !definitionOf(kind).secret);
}

async function shownBy({ shows }: ActionResult, touched: readonly Kept[], place: Place): Promise<readonly Kept[]> {
  if (!shows) return touched;
  const kept: Kept[] = [];
  for (const { kind, id } of shows) kept.push(await present(kind, id, place));
  return kept;
}

async function present(kind: Kind, id: string, { workspace, organization }: Place): Promise<Kept> {
  const kept = await workspace.get(kind, id, organization);
  if (!kept) throw OBJECT_NOT_FOUND(kind, id);
  return kept;
}
