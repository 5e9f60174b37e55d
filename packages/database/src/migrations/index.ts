import { messageOf, ParleyError } from '@parley/base';
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Tables } from '../tables.ts';
import { firstTables } from './0001-first-tables.ts';
import { callQuality } from './0002-call-quality.ts';

/** In order; a released one is never edited, its successor corrects it. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-call-quality': callQuality,
};

/** Version of the data that this program writes: the number of its migrations. */
export const DATA_VERSION = Object.keys(MIGRATIONS).length;

/** The version that wrote the data, 0 for none. */
async function versionOf(db: Kysely<Tables>): Promise<number> {
  const tables = await db.introspection.getTables();
  if (!tables.some(table => table.name === 'meta')) return 0;
  const row = await db.selectFrom('meta').select('value').where('key', '=', 'version').executeTakeFirst();
  return Number(row?.value ?? 0);
}

/**
 * Brings the tables to this version's shape. `where` names the data in the messages.
 * Rejects with `DATABASE_NEWER` before anything is touched.
 */
export async function migrate(db: Kysely<Tables>, where: string): Promise<void> {
  const version = await versionOf(db);
  if (version > DATA_VERSION)
    throw new ParleyError(
      'DATABASE_NEWER',
      `${where} was written by a newer version of Parley (data version ${version}, this one knows ${DATA_VERSION}): use that version, or another data folder`,
    );
  if (version === DATA_VERSION) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw new ParleyError(
      'DATABASE_MIGRATION_FAILED',
      `${where} could not be brought up to date: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  await db
    .insertInto('meta')
    .values({ key: 'version', value: String(DATA_VERSION) })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value: sql`excluded.value` }))
    .execute();
}
