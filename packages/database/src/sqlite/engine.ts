import { sql } from 'kysely';
import type { Engine } from '../engine.ts';

/** SQLite's part of the migrations. */
export const sqliteEngine: Engine = {
  numbered: 'integer primary key autoincrement',

  // The file is this process's alone, and its transactions come one after the other.
  async lock() {},

  async hasTable(db, name) {
    const { rows } = await sql`select 1 from sqlite_master where type = 'table' and name = ${name}`.execute(db);
    return rows.length > 0;
  },

  async appendOnly(transaction, table) {
    const refuse = sql`begin select raise(abort, ${sql.lit(`${table} is append-only`)}); end`;
    for (const what of ['update', 'delete'])
      await sql`create trigger ${sql.ref(`${table}_no_${what}`)} before ${sql.raw(what)} on ${sql.table(table)} ${refuse}`.execute(
        transaction,
      );
    // `insert or replace` removes the old row without asking the triggers for that.
    await sql`create trigger ${sql.ref(`${table}_no_replace`)} before insert on ${sql.table(table)}
      when exists (select 1 from ${sql.table(table)} where rowid = new.rowid) ${refuse}`.execute(transaction);
  },

  // One process, one file: the organisations are kept apart by the statements alone.
  async separate() {},
};
