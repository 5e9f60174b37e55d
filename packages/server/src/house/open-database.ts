import { readFile } from 'node:fs/promises';
import { type Clock, type Log, messageOf, ParleyError } from '@parley/base';
import type { Database } from '@parley/database';
import { openPostgres } from '@parley/database/postgres';
import { openSqlite } from '@parley/database/sqlite';
import type { Config } from '../config/settings.ts';
import type { DataFolder } from '../data-folder.ts';

/**
 * Opens the database that the configuration names and brings it up to date.
 * Rejects with a `ParleyError` of one line: `DATABASE_...` (see @parley/database), `DATABASE_PASSWORD_UNREADABLE`.
 */
export async function openDatabase(
  opened: AsyncDisposableStack,
  options: {
    readonly data: DataFolder;
    readonly config: Config['database'];
    readonly clock: Clock;
    readonly log: Log;
  },
): Promise<Database> {
  const database = opened.adopt(await engineOf(options), each => each.close());
  await database.migrate();
  return database;
}

async function engineOf({ data, config, clock, log }: Parameters<typeof openDatabase>[1]): Promise<Database> {
  const { url, passwordFile, connections } = config;
  if (url === undefined) return await openSqlite({ file: data.at('parley.db'), log });
  const password = passwordFile === undefined ? {} : { password: await passwordIn(data.at(passwordFile)) };
  return await openPostgres({ url, connections, clock, log, ...password });
}

async function passwordIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new ParleyError(
      'DATABASE_PASSWORD_UNREADABLE',
      `the file of database.passwordFile cannot be read: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
