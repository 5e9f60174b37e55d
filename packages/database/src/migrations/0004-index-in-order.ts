import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** Lists of one organisation are read in the order of any value that its objects are found by, from any place on. */
export async function indexInOrder({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createIndex('object_index_in_order')
    .on('object_index')
    .columns(['kind', 'property', 'organization', 'value', 'id'])
    .execute();
}
