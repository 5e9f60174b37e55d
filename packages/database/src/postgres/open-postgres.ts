import { Bug, type Clock, type Log, ParleyError, silentLog, systemClock } from '@parley/base';
import { Kysely, sql } from 'kysely';
import { checkAnnouncement } from '../announcements.ts';
import { checkOrganization, type Database, type DatabaseTransaction } from '../database.ts';
import { migrate } from '../migrations/index.ts';
import type { Tables } from '../tables.ts';
import { postgresDialect } from './dialect.ts';
import { postgresEngine } from './engine.ts';
import { CHANNEL, Listening } from './listening.ts';
import { type Place, placeOf } from './place.ts';
import { type Budgets, ClientPool } from './pool.ts';
import { againWhenSafe } from './retry.ts';

export interface PostgresOptions {
  /** `postgres://USER@HOST/DATABASE`; see `placeOf`. */
  readonly url: string;
  /** Instead of one in the URL. */
  readonly password?: string;
  /** Most connections at once beside the one that listens; 10 by default. */
  readonly connections?: number;
  readonly budgets?: Partial<Budgets>;
  readonly clock?: Clock;
  readonly log?: Log;
}

const BUDGETS: Budgets = { connectMillis: 5_000, statementMillis: 30_000, lockMillis: 10_000, idleMillis: 60_000 };

/**
 * Opens a PostgreSQL database (12 or newer, UTF-8) that other nodes may have open too.
 * Rejects with one clear line: `DATABASE_URL_INVALID`, `DATABASE_UNREACHABLE`, `DATABASE_REFUSED`, `DATABASE_UNSUITABLE`.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, password, connections = 10, clock = systemClock, log = silentLog } = options;
  const named = placeOf(url);
  const place = password === undefined ? named : { ...named, password };
  const budgets = { ...BUDGETS, ...options.budgets };
  const pool = new ClientPool({ place, connections, budgets, log });
  const kysely = new Kysely<Tables>({ dialect: postgresDialect(pool) });
  const listening = new Listening({ place, budgets, clock, log });
  try {
    await checkSuitable(kysely, place);
    await listening.start();
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    kysely,
    migrate: () => migrate(kysely, { where: place.shown, engine: postgresEngine }),
    async inOrganization(organization, work) {
      checkOrganization(organization);
      return await againWhenSafe(clock, () => inOrganization(kysely, organization, work));
    },
    async announce(transaction, text) {
      checkAnnouncement(text);
      if (!transaction.isTransaction) throw new Bug('an announcement is made inside a transaction');
      await sql`select pg_notify(${CHANNEL}, ${text})`.execute(transaction);
    },
    listen: (listener, missed) => listening.listeners.add(listener, missed),
    async close() {
      await listening.close();
      await pool.close();
    },
  };
}

function inOrganization<T>(
  kysely: Kysely<Tables>,
  organization: string,
  work: (transaction: DatabaseTransaction) => Promise<T>,
): Promise<T> {
  return kysely
    .transaction()
    .setIsolationLevel('serializable')
    .execute(async transaction => {
      // Local: it goes with the transaction, whoever has the connection next.
      await sql`select set_config('parley.organization', ${organization}, true)`.execute(transaction);
      return await work(transaction);
    });
}

/** Refuses what would keep organisations apart in appearance only, or lose characters. */
async function checkSuitable(kysely: Kysely<Tables>, { user, shown }: Place): Promise<void> {
  const { rows } = await sql<{ encoding: string; bypasses: boolean; version: number }>`
    select current_setting('server_encoding') as encoding, rolsuper or rolbypassrls as bypasses,
      current_setting('server_version_num')::int as version
    from pg_roles where rolname = current_user`.execute(kysely);
  const [{ encoding, bypasses, version }] = rows;
  const unsuitable = (why: string) => new ParleyError('DATABASE_UNSUITABLE', `${shown} ${why}`);
  if (version < 120_000) throw unsuitable('is older than PostgreSQL 12');
  if (encoding !== 'UTF8') throw unsuitable(`has the encoding ${encoding}: make it with createdb --encoding=UTF8`);
  if (bypasses)
    throw unsuitable(
      `is used as ${user}, a superuser or one with BYPASSRLS, for whom organisations would not be kept apart: use an ordinary user that owns the database`,
    );
}
