import { join } from 'node:path';
import type { Database } from '@parley/database';
import { openPostgres } from '@parley/database/postgres';
import { startPostgres } from '@parley/database/postgres-server';
import { openSqlite } from '@parley/database/sqlite';

export const ENGINES = ['sqlite', 'postgres'] as const;
export type EngineName = (typeof ENGINES)[number];

export interface OpenedEngine {
  readonly database: Database;
  close(): Promise<void>;
}

/** An empty database of either engine: a file in this folder, or a server of its own. */
export async function openEngine(engine: EngineName, folder: string): Promise<OpenedEngine> {
  if (engine === 'sqlite') {
    const database = await openSqlite({ file: join(folder, 'directory.db') });
    return { database, close: () => database.close() };
  }
  const endings: (() => unknown)[] = [];
  const end = async () => {
    for (const ending of endings.toReversed()) await ending();
  };
  try {
    const server = await startPostgres({ after: ending => void endings.push(ending) });
    const database = await openPostgres({ url: await server.database() });
    endings.push(() => database.close());
    return { database, close: end };
  } catch (error) {
    await end();
    throw error;
  }
}

export function isEngine(name: string): name is EngineName {
  return ENGINES.some(engine => engine === name);
}
