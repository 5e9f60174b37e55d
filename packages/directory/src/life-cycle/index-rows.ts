import { definitionOf, type Kind, type Problem, remark } from '@parley/schema';
import { EVERYWHERE, type IndexRow } from '../store/object-store.ts';
import { comparable, idsAt } from './comparable.ts';
import { type IndexedProperty, indexedProperties, referencePlaces } from './declared.ts';
import { type Kept, nameOf } from './kept.ts';
import { claimKey, type Workspace } from './workspace.ts';

/** The texts that an object has in an indexed property. */
function valuesOf(kept: Kept, { property, declared, listed }: IndexedProperty): string[] {
  const places = referencePlaces(kept.kind).filter(place => place.property === property);
  if (places.length > 0) return places.flatMap(place => idsAt(kept.document, place));
  const value: unknown = kept.document[property] ?? ('default' in declared ? declared.default : undefined);
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = entries.filter(each => typeof each === 'string');
  return texts.length === 0 && listed ? [''] : texts;
}

/** The id of the object to which references lead, one after the other; '' when one of them leads nowhere. */
async function idAt(kept: Kept, path: readonly string[], workspace: Workspace): Promise<string> {
  let at: Kept | undefined = kept;
  let id = '';
  for (const property of path) {
    const next: unknown = at?.document[property];
    const to: Kind | undefined = at && referencePlaces(at.kind).find(place => place.property === property)?.to;
    if (typeof next !== 'string' || !to) return '';
    id = next;
    at = await workspace.get(to, id);
  }
  return id;
}

async function scopeOf(kept: Kept, { unique, within }: IndexedProperty, workspace: Workspace): Promise<string> {
  switch (unique) {
    case 'nowhere':
      return '';
    case 'everywhere':
      return EVERYWHERE;
    case 'within its organization':
      return kept.organization;
    case 'within':
      return idAt(kept, within, workspace);
  }
}

/** Everything by which an object is found. */
export async function indexRowsOf(kept: Kept, workspace: Workspace): Promise<IndexRow[]> {
  const rows: IndexRow[] = [];
  for (const indexed of indexedProperties(kept.kind)) {
    const values = new Set(valuesOf(kept, indexed).map(value => comparable(indexed.declared, value)));
    if (values.size === 0) continue;
    const scope = await scopeOf(kept, indexed, workspace);
    for (const value of values) rows.push({ property: indexed.property, value, scope });
  }
  return rows;
}

/** Reads in one go who has the unique values that objects want to have. */
export async function prefetchUnique(kind: Kind, documents: readonly Kept['document'][], workspace: Workspace) {
  const unique = indexedProperties(kind).filter(each => each.unique !== 'nowhere');
  // Rules may say that what one property has another may not have either: extensions of the first and of the second plan.
  const shared = unique.filter(({ within }) => within.length > 0).map(({ property }) => property);
  for (const { property } of unique) {
    const properties = shared.includes(property) ? shared : [property];
    const values = documents.flatMap(document =>
      properties.flatMap((each): readonly unknown[] => entriesOf(document[each])),
    );
    await workspace.prefetch(
      kind,
      property,
      values.filter(each => typeof each === 'string'),
    );
  }
}

const entriesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** What of an object somebody else has already. */
export async function checkUnique(kept: Kept, index: readonly IndexRow[], workspace: Workspace): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const indexed of indexedProperties(kept.kind)) {
    if (indexed.unique === 'nowhere') continue;
    for (const value of new Set(valuesOf(kept, indexed))) {
      const wanted = comparable(indexed.declared, value);
      const row = index.find(each => each.property === indexed.property && each.value === wanted);
      if (!row || row.scope === '') continue;
      const taken = await takenBy(kept, row, workspace);
      if (taken === undefined) continue;
      problems.push(await complaint(kept, { indexed, value, owner: taken || undefined }, workspace));
    }
  }
  return problems;
}

/** Owners of one value that are looked at: of what was prefetched, there may be several in different scopes. */
const MOST_OWNERS = 100;

/** Who has a value in the scope; null for somebody who is none of the organisation's business, undefined for nobody. */
async function takenBy(kept: Kept, row: IndexRow, workspace: Workspace): Promise<Kept | null | undefined> {
  const { property, value, scope } = row;
  const { kind } = kept;
  const organization = scope === EVERYWHERE ? undefined : kept.organization;
  for (const id of await workspace.find({ kind, property, value, organization, scope, limit: MOST_OWNERS })) {
    if (id === kept.id) continue;
    const owner = await workspace.get(kind, id);
    if (!owner) continue;
    const theirs = await indexRowsOf(owner, workspace);
    if (!theirs.some(each => each.property === property && each.value === value && each.scope === scope)) continue;
    return owner.organization === kept.organization ? owner : null;
  }
  return scope === EVERYWHERE && workspace.options.taken.has(claimKey({ kind, property, value })) ? null : undefined;
}

async function complaint(
  { kind, document }: Kept,
  { indexed, value, owner }: { indexed: IndexedProperty; value: string; owner: Kept | undefined },
  workspace: Workspace,
): Promise<Problem> {
  const { property, unique, within } = indexed;
  if (property === 'name') return remark(property, value, `name ${JSON.stringify(value)} is taken by another ${kind}`);
  if (!owner) return remark(property, value, `${property}: ${value} is taken`);
  const belongs = `${property}: ${value} belongs to ${definitionOf(kind).word} ${nameOf(owner)}`;
  const place = unique === 'within' ? await workspace.any(await idAt(owner, within, workspace)) : undefined;
  const where = place ? ` in ${wordOf(place)} ${nameOf(place)}` : '';
  return remark(property, document[property] === undefined ? undefined : value, `${belongs}${where}`);
}

/** "dial plan" for UMDialPlan: as people say it. */
function wordOf({ kind }: Kept): string {
  return kind
    .replace(/^(UM|Cs)/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
