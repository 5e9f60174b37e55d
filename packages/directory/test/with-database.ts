import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@parley/database';
import { openSqlite } from '@parley/database/sqlite';

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
