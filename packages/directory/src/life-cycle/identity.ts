import { canonicalIdentity, definitionOf, type Kind } from '@parley/schema';
import { indexedProperties, referencePlaces } from './declared.ts';
import { type Kept, objectIn } from './kept.ts';
import { OBJECT_AMBIGUOUS, OBJECT_NOT_FOUND } from './refusals.ts';
import type { Workspace } from './workspace.ts';

/** Where an identity is looked for: in one organisation, or in all. */
export interface Place {
  readonly workspace: Workspace;
  readonly organization: string | undefined;
}

/** Longest identity that is looked up: a distinguished name would be the longest that makes sense. */
const LONGEST = 1024;
/** Objects of one identity that are told apart. */
const MOST = 10;
/** References by which a kind is found may lead to kinds that are found by references. */
const MOST_STEPS = 2;

/** Ids of the objects of a kind that go by this identity (see `Objects`). */
export async function idsOf(kind: Kind, identity: string, place: Place): Promise<readonly string[]> {
  if (identity.length === 0 || identity.length > LONGEST) return [];
  const { organization } = place;
  return place.workspace.identities({ kind, identity, organization }, () => look(kind, identity, place, MOST_STEPS));
}

async function look(kind: Kind, identity: string, place: Place, steps: number): Promise<readonly string[]> {
  await place.workspace.prefetchEither(kind, identity);
  const byId = await place.workspace.get(kind, identity, place.organization);
  if (byId) return [byId.id];
  const inside = await idsWithin(kind, identity, place);
  if (inside.length > 0) return inside;
  const named = await found(kind, 'name', canonicalIdentity(definitionOf(kind), identity), place);
  if (named.length > 0) return named;
  const { foundBy = [] } = definitionOf(kind);
  const byTexts = new Set<string>();
  for (const property of foundBy)
    if (!referenceOf(kind, property)) for (const id of await found(kind, property, identity, place)) byTexts.add(id);
  if (byTexts.size > 0 || steps === 0) return [...byTexts];
  return idsByReferences(kind, identity, place, steps);
}

const referenceOf = (kind: Kind, property: string) =>
  referencePlaces(kind).find(each => each.property === property && each.field === undefined);

async function found(kind: Kind, property: string, value: string, { workspace, organization }: Place) {
  if (!indexedProperties(kind).some(each => each.property === property)) return [];
  return workspace.find({ kind, property, value, organization, limit: MOST });
}

/** `Gateway\Name`, for kinds whose names are unique within an object. */
async function idsWithin(kind: Kind, identity: string, place: Place): Promise<readonly string[]> {
  const { namedWithin } = definitionOf(kind);
  const reference = namedWithin === undefined ? undefined : referenceOf(kind, namedWithin);
  const cut = identity.lastIndexOf('\\');
  if (!reference || cut <= 0) return [];
  const outside = await idsOf(reference.to, identity.slice(0, cut), place);
  const { workspace, organization } = place;
  const name = { kind, property: 'name', value: identity.slice(cut + 1), organization, limit: MOST };
  const inside: string[] = [];
  for (const scope of outside)
    for (const id of await workspace.find({ ...name, scope })) {
      const kept = await workspace.get(kind, id);
      if (kept?.document[reference.property] === scope) inside.push(id);
    }
  return inside;
}

/** By what it refers to: the mailbox of a user. */
async function idsByReferences(kind: Kind, identity: string, place: Place, steps: number): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const property of definitionOf(kind).foundBy ?? []) {
    const reference = referenceOf(kind, property);
    if (!reference) continue;
    for (const target of await look(reference.to, identity, place, steps - 1))
      for (const id of await found(kind, property, target, place)) ids.add(id);
  }
  return [...ids];
}

/** The object that an identity means. Throws `OBJECT_NOT_FOUND` or `OBJECT_AMBIGUOUS`. */
export async function identify(kind: Kind, identity: string, place: Place): Promise<Kept> {
  const ids = await idsOf(kind, identity, place);
  if (ids.length > 1) throw OBJECT_AMBIGUOUS(kind, identity, ids);
  const [id] = ids;
  const kept = id === undefined ? undefined : await place.workspace.get(kind, id, place.organization);
  if (!kept) throw OBJECT_NOT_FOUND(kind, identity);
  return kept;
}

/** The same, as an object. */
export async function meant<K extends Kind>(kind: K, identity: string, place: Place) {
  return objectIn(await identify(kind, identity, place), kind);
}
