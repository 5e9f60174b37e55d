import { codeOf, messageOf, ParleyError } from '@parley/base';
import type { Kysely } from 'kysely';
import type { Engine } from '../engine.ts';
import type { Tables } from '../tables.ts';
import { firstTables } from './0001-first-tables.ts';
import { callQuality } from './0002-call-quality.ts';
import { administration } from './0003-administration.ts';
import { indexInOrder } from './0004-index-in-order.ts';
import { replicas } from './0005-replicas.ts';

/** One step of the data's shape. */
export interface Migration {
  readonly name: string;
  up(transaction: Kysely<Tables>, engine: Engine): Promise<void>;
  /**
   * The oldest data version whose program goes on working while the data has this step's shape: nodes are brought up to date one after
   * the other. A step that adds ("expand") names the version before it or an older one; what it makes superfluous is taken away
   * ("contract") by a later step, when no program of the time before is left.
   */
  readonly worksWith: number;
}

/** In order; a released one is never edited, its successor corrects it. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'first tables', up: firstTables, worksWith: 1 },
  { name: 'call quality', up: callQuality, worksWith: 1 },
  { name: 'administration', up: administration, worksWith: 2 },
  { name: 'index in order', up: indexInOrder, worksWith: 2 },
  { name: 'replicas', up: replicas, worksWith: 2 },
];

/** Version of the data that this program writes: the number of its migrations. */
export const DATA_VERSION = MIGRATIONS.length;

export interface MigrateOptions {
  /** Names the data in messages. */
  readonly where: string;
  readonly engine: Engine;
  /** Version to stop at; this program's own when not given. */
  readonly to?: number;
}

/**
 * Brings the tables to this version's shape, in one transaction that no other node's migration runs beside.
 * Rejects with `DATABASE_NEWER` before anything is touched, and with `DATABASE_MIGRATION_FAILED` when nothing was changed.
 */
export async function migrate(db: Kysely<Tables>, options: MigrateOptions): Promise<void> {
  const { where, engine, to = DATA_VERSION } = options;
  if ((await versionToWorkWith(db, options)) >= to) return;
  try {
    await db.transaction().execute(async transaction => {
      await engine.lock(transaction);
      const version = await versionToWorkWith(transaction, options);
      for (const { up } of MIGRATIONS.slice(version, to)) await up(transaction, engine);
      if (version < to) await writeVersion(transaction, to);
    });
  } catch (error) {
    if (codeOf(error) === 'DATABASE_NEWER') throw error;
    const failed = `${where} could not be brought up to date and is as it was: ${messageOf(error)}`;
    throw new ParleyError('DATABASE_MIGRATION_FAILED', failed, { cause: error });
  }
}

/** The version that the data has, 0 for none. Rejects when this program cannot work with it. */
async function versionToWorkWith(db: Kysely<Tables>, { where, engine }: MigrateOptions): Promise<number> {
  const { version, worksWith } = await factsOf(db, engine);
  if (version > DATA_VERSION && worksWith > DATA_VERSION)
    throw new ParleyError(
      'DATABASE_NEWER',
      `${where} was written by a newer version of Parley (data version ${version}, this one knows ${DATA_VERSION}): use that version, or another data folder`,
    );
  return version;
}

async function factsOf(
  db: Kysely<Tables>,
  engine: Engine,
): Promise<{ readonly version: number; readonly worksWith: number }> {
  if (!(await engine.hasTable(db, 'meta'))) return { version: 0, worksWith: 0 };
  const rows = await db.selectFrom('meta').selectAll().where('key', 'in', ['version', 'works_with']).execute();
  const fact = (key: string) => rows.find(row => row.key === key)?.value;
  const version = Number(fact('version') ?? 0);
  return { version, worksWith: Number(fact('works_with') ?? version) };
}

async function writeVersion(db: Kysely<Tables>, version: number): Promise<void> {
  const worksWith = Math.max(...MIGRATIONS.slice(0, version).map(each => each.worksWith));
  const facts = { version, works_with: worksWith };
  for (const [key, value] of Object.entries(facts))
    await db
      .insertInto('meta')
      .values({ key, value: String(value) })
      .onConflict(conflict => conflict.column('key').doUpdateSet({ value: String(value) }))
      .execute();
}
