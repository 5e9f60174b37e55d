import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { openSqlite } from '@parley/database/sqlite';
import { type OwnDirectory, type OwnDirectoryOptions, openOwnDirectory } from '@parley/directory/own';

/** Lends a fresh database in a folder of its own. */
export async function withDatabase(use: (database: Database, file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-directory-'));
  const file = join(folder, 'parley.sqlite');
  const database = await openSqlite({ file });
  try {
    await database.migrate();
    await use(database, file);
  } finally {
    await database.close();
    await rm(folder, { recursive: true });
  }
}

/** Lends the directory in a fresh database. */
export async function withOwn(
  use: (objects: OwnDirectory, database: Database) => Promise<void>,
  options: Partial<OwnDirectoryOptions> = {},
): Promise<void> {
  await withDatabase(async database => {
    const objects = await openOwnDirectory({ database, clock: new FakeClock(), ...options });
    try {
      await use(objects, database);
    } finally {
      await objects.close();
    }
  });
}
