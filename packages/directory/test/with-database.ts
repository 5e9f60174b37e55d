import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { openSqlite } from '@parley/database/sqlite';
import { type OwnDirectory, type OwnDirectoryOptions, openOwnDirectory } from '@parley/directory/own';

/** Lends the name of a file that is not there yet, in a folder of its own. */
export async function withFile(use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-directory-'));
  try {
    await use(join(folder, 'parley.sqlite'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Lends the database of a file, migrated. */
export async function inFile(file: string, use: (database: Database) => Promise<void>): Promise<void> {
  const database = await openSqlite({ file });
  try {
    await database.migrate();
    await use(database);
  } finally {
    await database.close();
  }
}

/** Lends a fresh database. */
export const withDatabase = (use: (database: Database, file: string) => Promise<void>): Promise<void> =>
  withFile(file => inFile(file, database => use(database, file)));

/** Lends the directory in a database. */
export async function ownIn(
  database: Database,
  use: (objects: OwnDirectory) => Promise<void>,
  options: Partial<OwnDirectoryOptions> = {},
): Promise<void> {
  const objects = await openOwnDirectory({ database, clock: new FakeClock(), ...options });
  try {
    await use(objects);
  } finally {
    await objects.close();
  }
}

/** Lends the directory in a fresh database. */
export const withOwn = (
  use: (objects: OwnDirectory, database: Database) => Promise<void>,
  options: Partial<OwnDirectoryOptions> = {},
): Promise<void> => withDatabase(database => ownIn(database, objects => use(objects, database), options));
