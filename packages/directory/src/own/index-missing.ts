import type { Database } from '@parley/database';
import { type Kind, kinds } from '@parley/schema';
import { indexedProperties } from '../life-cycle/declared.ts';

/** Objects of one portion. */
const PORTION = 500;

/** A property whose index every object of its kind is in. */
interface Listed {
  readonly kind: Kind;
  readonly property: string;
}

const LISTED: readonly Listed[] = kinds.flatMap(kind =>
  indexedProperties(kind).flatMap(({ property, listed }) => (listed ? [{ kind, property }] : [])),
);

/**
 * Ids of objects that are in no list by a property that lists are ordered by, in portions: a node of an older version has written them
 * while this one was at work already. Where none is missing it costs two counts for each such property.
 */
export async function* idsMissing(database: Database): AsyncIterable<readonly string[]> {
  for (const listed of LISTED) {
    if (await isComplete(listed, database)) continue;
    let after = '';
    for (;;) {
      const ids = await missingAfter(after, listed, database);
      if (ids.length > 0) yield ids;
      after = ids.at(-1) ?? after;
      if (ids.length < PORTION) break;
    }
  }
}

async function isComplete({ kind, property }: Listed, { kysely }: Database): Promise<boolean> {
  const { there } = await kysely
    .selectFrom('object')
    .select(({ fn }) => fn.countAll<number>().as('there'))
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  const { found } = await kysely
    .selectFrom('object_index')
    .select(({ fn }) => fn.countAll<number>().as('found'))
    .where('kind', '=', kind)
    .where('property', '=', property)
    .executeTakeFirstOrThrow();
  return Number(there) === Number(found);
}

async function missingAfter(
  after: string,
  { kind, property }: Listed,
  { kysely }: Database,
): Promise<readonly string[]> {
  const rows = await kysely
    .selectFrom('object')
    .select('object.id')
    .where('object.kind', '=', kind)
    .where('object.id', '>', after)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('object_index')
            .select('object_index.id')
            .whereRef('object_index.id', '=', 'object.id')
            .where('object_index.property', '=', property),
        ),
      ),
    )
    .orderBy('object.id')
    .limit(PORTION)
    .execute();
  return rows.map(({ id }) => id);
}
