import type { Kysely } from 'kysely';
import type { Engine } from '../engine.ts';
import type { Tables } from '../tables.ts';

/** How far each node has followed the changes. */
export async function replicas(db: Kysely<Tables>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('replica')
    .addColumn('node', 'text', column => column.primaryKey())
    .addColumn('seen', 'bigint', column => column.notNull())
    .addColumn('told_at', 'bigint', column => column.notNull())
    .execute();
  // Nodes are nobody's business inside an organisation.
  await engine.separate(db, 'replica', 'null');
}
