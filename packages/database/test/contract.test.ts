import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'node:test';
import type { Database } from '@parley/database';
import { openPostgres } from '@parley/database/postgres';
import { openSqlite } from '@parley/database/sqlite';
import { databaseContract, type Lend } from './database-contract.ts';
import { postgresOfSuite, withoutPostgres } from './postgres-server.ts';

async function lendMigrated(database: Database, work: (database: Database) => Promise<void>): Promise<void> {
  try {
    await database.migrate();
    await work(database);
  } finally {
    await database.close();
  }
}

suite('on SQLite', () => {
  const lend: Lend = async work => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-contract-'));
    try {
      await lendMigrated(await openSqlite({ file: join(folder, 'parley.sqlite') }), work);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  databaseContract(lend, { skip: false });
});

suite('on PostgreSQL', () => {
  const skip = withoutPostgres();
  const server = postgresOfSuite(skip);
  const lend: Lend = async work => lendMigrated(await openPostgres({ url: await server().database() }), work);
  databaseContract(lend, { skip });
});
