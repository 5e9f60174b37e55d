import { join } from 'node:path';
import type { Database } from '@parley/database';
import { openSqlite } from '@parley/database/sqlite';

export interface OpenedEngine {
  readonly database: Database;
  close(): Promise<void>;
}

/** An empty database of either engine, in this folder. */
export async function openEngine(engine: string, folder: string): Promise<OpenedEngine> {
  if (engine !== 'sqlite') throw new Error(`there is no engine ${engine}: sqlite`);
  const database = await openSqlite({ file: join(folder, 'directory.db') });
  return { database, close: () => database.close() };
}
