import { messageOf, ParleyError } from '@parley/base';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/**
 * The kinds of version 2 with the way to their organisation, owners first: the property that leads to the owner. What the declarations
 * say later is no matter of this migration.
 */
const OWNERS: readonly (readonly [kind: string, property: string | undefined])[] = [
  ['Organization', undefined],
  ['UMDialPlan', 'organization'],
  ['UMIPGateway', 'organization'],
  ['UMMailboxPolicy', 'umDialPlan'],
  ['UMHuntGroup', 'umIPGateway'],
  ['UMMailbox', 'umMailboxPolicy'],
];

/** Kinds whose names were unique in the whole database of version 2, and are unique in an organisation from now on. */
const UNIQUE: readonly (readonly [kind: string, property: string])[] = [
  ['UMDialPlan', 'name'],
  ['UMIPGateway', 'name'],
  ['UMMailboxPolicy', 'name'],
  ['UMMailbox', 'name'],
  ['UMMailbox', 'sipResourceIdentifier'],
];

/** Rows read at once. */
const PAGE = 500;

/** Writes into every row of version 2 whose it is, and where its values are unique. */
export async function giveOrganizations(db: Kysely<Tables>): Promise<void> {
  for (const [kind, property] of OWNERS) await giveKind(db, kind, property);
  await db
    .updateTable('object_index')
    .set(({ selectFrom }) => ({
      organization: selectFrom('object').select('object.organization').whereRef('object.id', '=', 'object_index.id'),
    }))
    .execute();
  await giveScopes(db);
  await giveCallRecords(db);
}

async function giveKind(db: Kysely<Tables>, kind: string, property: string | undefined): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('object')
      .select(['id', 'document'])
      .where('kind', '=', kind)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const { id, document } of rows) {
      const organization = property === undefined ? id : await ownerOf(db, { id, document, property });
      await db.updateTable('object').set({ organization }).where('id', '=', id).execute();
      after = id;
    }
    if (rows.length < PAGE) return;
  }
}

/** The organisation of whom a document belongs to; '' for one that version 2 would have left out as unreadable too. */
async function ownerOf(
  db: Kysely<Tables>,
  { id, document, property }: { readonly id: string; readonly document: string; readonly property: string },
): Promise<string> {
  const owner = propertyOf(document, { id, property });
  if (owner === undefined) return '';
  const row = await db.selectFrom('object').select('organization').where('id', '=', owner).executeTakeFirst();
  return row?.organization ?? '';
}

function propertyOf(
  document: string,
  { id, property }: { readonly id: string; readonly property: string },
): string | undefined {
  let value: unknown;
  try {
    value = new Map<string, unknown>(Object.entries(JSON.parse(document) ?? {})).get(property);
  } catch (error) {
    if (!(error instanceof SyntaxError))
      throw new ParleyError('DATABASE_MIGRATION_FAILED', `object ${id}: ${messageOf(error)}`, { cause: error });
    return undefined;
  }
  return typeof value === 'string' ? value : undefined;
}

async function giveScopes(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('object_index')
    .set({ scope: '*' })
    .where('kind', '=', 'Organization')
    .where('property', '=', 'name')
    .execute();
  for (const [kind, property] of UNIQUE)
    await db
      .updateTable('object_index')
      .set(({ ref }) => ({ scope: ref('organization') }))
      .where('kind', '=', kind)
      .where('property', '=', property)
      .execute();
  // A hunt group's name is unique at its gateway, an extension in its dial plan.
  await scopeBy(db, { kind: 'UMHuntGroup', property: 'name', reference: 'umIPGateway' });
  await scopeExtensions(db);
  await forgiveDoubles(db);
}

/** Version 2 did not look at the names of hunt groups: a second one of the same name stays as it is, found and not unique. */
async function forgiveDoubles(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('object_index')
    .set({ scope: '' })
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('object_index as first')
          .select('first.id')
          .whereRef('first.kind', '=', 'object_index.kind')
          .whereRef('first.property', '=', 'object_index.property')
          .whereRef('first.scope', '=', 'object_index.scope')
          .whereRef('first.value', '=', 'object_index.value')
          .whereRef('first.id', '<', 'object_index.id'),
      ),
    )
    .execute();
}

/** The scope of a property is the object that another property of the same object refers to. */
async function scopeBy(
  db: Kysely<Tables>,
  { kind, property, reference }: Readonly<Record<'kind' | 'property' | 'reference', string>>,
): Promise<void> {
  await db
    .updateTable('object_index')
    .set(({ fn, selectFrom, val }) => ({
      scope: fn.coalesce(
        selectFrom('object_index as other')
          .select('other.value')
          .whereRef('other.id', '=', 'object_index.id')
          .where('other.property', '=', reference)
          .limit(1),
        val(''),
      ),
    }))
    .where('kind', '=', kind)
    .where('property', '=', property)
    .execute();
}

async function scopeExtensions(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('object_index')
    .set(({ fn, selectFrom, val }) => ({
      scope: fn.coalesce(
        selectFrom('object_index as policy')
          .innerJoin('object_index as plan', join =>
            join.onRef('plan.id', '=', 'policy.value').on('plan.property', '=', 'umDialPlan'),
          )
          .select('plan.value')
          .whereRef('policy.id', '=', 'object_index.id')
          .where('policy.property', '=', 'umMailboxPolicy')
          .limit(1),
        val(''),
      ),
    }))
    .where('kind', '=', 'UMMailbox')
    .where('property', '=', 'extensions')
    .execute();
}

/** A record of version 2 names its dial plan, whose name only one organisation had. */
async function giveCallRecords(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('call_record')
    .set(({ fn, selectFrom }) => ({
      organization: selectFrom('object_index')
        .select('object_index.organization')
        .where('kind', '=', 'UMDialPlan')
        .where('property', '=', 'name')
        .whereRef('value', '=', fn<string>('lower', ['call_record.dial_plan_name']))
        .limit(1),
    }))
    .execute();
}
