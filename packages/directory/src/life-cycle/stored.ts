import { definitionOf, type Kind } from '@parley/schema';
import type { Stored } from '../objects.ts';
import { FURTHEST_STEPS } from '../store/object-store.ts';
import { idsAt } from './comparable.ts';
import { referencePlaces, SINGLE_REFERENCES } from './declared.ts';
import { type Kept, nameOf, objectIn } from './kept.ts';
import { OrganizationLookup } from './organization-lookup.ts';
import { rulesOf } from './rules/index.ts';
import type { Workspace } from './workspace.ts';

/** An object as administrators get it: with the names of what it refers to, and with what is worked out. */
export async function storedOf<K extends Kind>(kind: K, kept: Kept, workspace: Workspace): Promise<Stored<K>> {
  const object = objectIn(kept, kind);
  await loadReferred([kept], workspace);
  const references = await namesOf(kept, workspace);
  return { kind, object, etag: kept.etag, references, computed: await computedOf(kind, kept, workspace) };
}

/** Reads in one go what objects refer to, and what these refer to in turn: what is worked out is often some steps away. */
export async function loadReferred(of: readonly Kept[], workspace: Workspace): Promise<void> {
  let from = of;
  for (let step = 0; step < FURTHEST_STEPS; step++) {
    const ids = new Set<string>();
    // What a list refers to has a name to show; nothing further is asked of it.
    for (const { kind, document } of from)
      for (const place of referencePlaces(kind))
        if (step === 0 || SINGLE_REFERENCES.includes(place.property))
          for (const id of idsAt(document, place)) ids.add(id);
    await workspace.load([...ids]);
    const next: Kept[] = [];
    for (const id of ids) {
      const kept = await workspace.any(id);
      if (kept) next.push(kept);
    }
    from = next;
  }
}

export async function computedOf<K extends Kind>(kind: K, kept: Kept, workspace: Workspace) {
  const computed = rulesOf(kind)?.computed;
  if (!computed || !definitionOf(kind).computed) return {};
  const lookup = new OrganizationLookup(workspace, kept.organization);
  return computed(objectIn(kept, kind), lookup, workspace.options.settings);
}

/** Property -> name or names. */
async function namesOf(kept: Kept, workspace: Workspace): Promise<Record<string, string | readonly string[]>> {
  const names: Record<string, string | readonly string[]> = {};
  for (const place of referencePlaces(kept.kind)) {
    const ids = idsAt(kept.document, place);
    if (ids.length === 0) continue;
    await workspace.load(ids);
    const all: string[] = [];
    for (const id of ids) all.push(await nameById(id, workspace));
    const isOne = definitionOf(kept.kind).properties[place.property]?.type === 'ref';
    names[place.field === undefined ? place.property : `${place.property}.${place.field}`] = isOne
      ? (all[0] ?? '')
      : all;
  }
  return names;
}

async function nameById(id: string, workspace: Workspace): Promise<string> {
  const kept = await workspace.any(id);
  return kept ? nameOf(kept) : id;
}
