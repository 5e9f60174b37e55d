import type { Database, Tables } from '@parley/database';
import type { Entry } from '@parley/directory';
import { definitionOf } from '@parley/schema';

const BATCH = 500;

/** Writes objects as they are kept, in bulk and without a word in the audit: all their dial plans are among them. */
export async function insertRows({ kysely }: Pick<Database, 'kysely'>, entries: readonly Entry[]): Promise<void> {
  const owners = new Map(entries.map(({ object }) => [object.id, object]));
  const rows = entries.map(entry => rowsOf(entry, owners));
  await kysely.transaction().execute(async transaction => {
    for (const batch of batches(rows.map(({ object }) => object)))
      await transaction.insertInto('object').values(batch).execute();
    for (const batch of batches(rows.flatMap(({ index }) => index)))
      await transaction.insertInto('object_index').values(batch).execute();
  });
}

function* batches<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += BATCH) yield all.slice(at, at + BATCH);
}

type Owners = ReadonlyMap<string, Entry['object']>;

function rowsOf(
  { kind, object }: Entry,
  owners: Owners,
): { object: Tables['object']; index: Tables['object_index'][] } {
  const organization = organizationOf(object, owners);
  const { id, ...given } = object;
  const own = { kind, id, organization };
  const document = JSON.stringify(given);
  return {
    object: { ...own, etag: '1', version: 1, document, changed_at: 0 },
    index: indexOf({ kind, object } as Entry, owners).map(each => ({ ...own, ...each })),
  };
}

/** The organisation that the references of an object lead to. */
function organizationOf(object: Entry['object'], owners: Owners): string {
  const values = new Map<string, unknown>(Object.entries(object));
  for (const name of ['organization', 'umDialPlan', 'umMailboxPolicy']) {
    const owner = values.get(name);
    if (typeof owner !== 'string') continue;
    const there = owners.get(owner);
    return name === 'organization' || !there ? owner : organizationOf(there, owners);
  }
  return object.id;
}

function indexOf(
  { kind, object }: Entry,
  owners: Owners,
): Pick<Tables['object_index'], 'property' | 'value' | 'scope'>[] {
  const organization = organizationOf(object, owners);
  const rows: { property: string; value: string; scope: string }[] = [];
  const values = new Map<string, unknown>(Object.entries(object));
  if (kind !== 'UMHuntGroup')
    rows.push({ property: 'name', value: String(values.get('name')).toLowerCase(), scope: organization });
  for (const [property, { type }] of Object.entries(definitionOf(kind).properties)) {
    const value = values.get(property);
    if (type === 'ref' && typeof value === 'string') rows.push({ property, value, scope: '' });
  }
  if (kind !== 'UMMailbox') return rows;
  const policy = owners.get(object.umMailboxPolicy);
  const plan = policy && 'umDialPlan' in policy ? policy.umDialPlan : '';
  for (const value of object.extensions) rows.push({ property: 'extensions', value, scope: plan });
  for (const value of object.secondaryExtensions)
    rows.push({ property: 'secondaryExtensions', value, scope: object.secondaryDialPlan ?? '' });
  if (object.sipResourceIdentifier !== undefined)
    rows.push({
      property: 'sipResourceIdentifier',
      value: object.sipResourceIdentifier.toLowerCase(),
      scope: organization,
    });
  return rows;
}
