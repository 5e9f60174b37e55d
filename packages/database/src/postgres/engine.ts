import { sql } from 'kysely';
import type { Engine } from '../engine.ts';

/** Any number; the same in every version, so that two nodes that start together migrate one after the other. */
const MIGRATION_LOCK = 7_270_190_103;

/** PostgreSQL's part of the migrations. */
export const postgresEngine: Engine = {
  numbered: 'bigint generated always as identity primary key',

  async lock(transaction) {
    // Another node's migration may take long; nobody is served before it ends.
    await sql`select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`.execute(
      transaction,
    );
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(transaction);
  },

  async hasTable(db, name) {
    // Not to_regclass: what a session has not found once it goes on not finding until it takes a lock on some table.
    const { rows } =
      await sql`select 1 from pg_tables where schemaname = current_schema() and tablename = ${name}`.execute(db);
    return rows.length > 0;
  },

  async appendOnly(transaction, table) {
    const name = sql.ref(`${table}_append_only`);
    await sql`create function ${name}() returns trigger language plpgsql as ${sql.lit(
      `begin raise exception '${table} is append-only'; end`,
    )}`.execute(transaction);
    await sql`create trigger ${name} before update or delete or truncate on ${sql.table(table)}
      for each statement execute function ${name}()`.execute(transaction);
  },

  async separate(transaction, table, owner) {
    // After a transaction has ended, its setting is '' and not null.
    const ours = sql`(current_setting('parley.organization', true) = '*'
      or ${sql.raw(owner)} = nullif(current_setting('parley.organization', true), ''))`;
    await sql`alter table ${sql.table(table)} enable row level security`.execute(transaction);
    // For the owner of the table too, which is the program itself.
    await sql`alter table ${sql.table(table)} force row level security`.execute(transaction);
    await sql`create policy organization on ${sql.table(table)} using ${ours} with check ${ours}`.execute(transaction);
  },
};
