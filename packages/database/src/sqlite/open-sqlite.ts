import { open } from 'node:fs/promises';
import { codeOf, type Log, messageOf, ParleyError, silentLog } from '@parley/base';
import { Kysely } from 'kysely';
import { checkAnnouncement } from '../announcements.ts';
import { checkOrganization, type Database } from '../database.ts';
import { migrate } from '../migrations/index.ts';
import { plainParameters } from '../parameters.ts';
import type { Tables } from '../tables.ts';
import { Announced } from './announced.ts';
import { SqliteThread } from './connection.ts';
import { sqliteDialect } from './dialect.ts';
import { sqliteEngine } from './engine.ts';

export interface SqliteOptions {
  /** Path of the database file; made when it is not there. */
  readonly file: string;
  readonly log?: Log;
}

/** Makes the file with mode 0600 before SQLite does, whatever the umask: it holds numbers and names. */
async function makePrivate(file: string): Promise<void> {
  try {
    await (await open(file, 'a', 0o600)).close();
  } catch (error) {
    throw new ParleyError(
      'DATABASE_UNWRITABLE',
      `${file} cannot be written (${codeOf(error) ?? messageOf(error)}): check that its folder exists and who owns it`,
      { cause: error },
    );
  }
}

/**
 * Opens an SQLite file on a thread of its own, for this process alone.
 * Rejects with one clear line: `DATABASE_LOCKED`, `DATABASE_UNWRITABLE`, `DATABASE_DAMAGED`.
 */
export async function openSqlite({ file, log = silentLog }: SqliteOptions): Promise<Database> {
  await makePrivate(file);
  const thread = await SqliteThread.open({ file }, log);
  const announced = new Announced();
  const kysely = new Kysely<Tables>({ dialect: sqliteDialect(thread, announced) });
  return {
    kysely,
    migrate: () => migrate(kysely, { where: file, engine: sqliteEngine }),
    async inOrganization(organization, work) {
      checkOrganization(organization);
      return await kysely.transaction().execute(work);
    },
    async announce(_transaction, text) {
      checkAnnouncement(text);
      plainParameters([text]);
      announced.add(text);
    },
    listen: (listener, missed) => announced.listeners.add(listener, missed),
    async close() {
      await kysely.destroy();
      // Kysely leaves a driver alone that has never run a statement.
      await thread.close();
    },
  };
}
