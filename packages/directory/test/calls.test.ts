import { suite } from 'node:test';
import { systemClock } from '@parley/base';
import type { Database } from '@parley/database';
import { openPostgres } from '@parley/database/postgres';
import { postgresOfSuite, withoutPostgres } from '@parley/database/postgres-server';
import type { Directory, Entry } from '@parley/directory';
import { databaseSource, openCallDirectory } from '@parley/directory/cache';
import { memoryDirectory } from '@parley/directory/memory';
import { callsContract } from './calls-contract.ts';
import { insertRows } from './insert-rows.ts';
import { withDatabase } from './with-database.ts';

callsContract({ name: 'memory', open: (entries, use) => use(memoryDirectory(entries)) });

type Use = (directory: Directory) => Promise<void>;
type Lend = (use: (database: Database) => Promise<void>) => Promise<void>;

/** A directory in front of a database that has these objects. */
const inFrontOf = (lend: Lend, readAhead: number) => (entries: readonly Entry[], use: Use) =>
  lend(async database => {
    await insertRows(database, entries);
    const source = databaseSource(database, systemClock);
    const directory = await openCallDirectory({ source, clock: systemClock, readAhead });
    try {
      await use(directory);
    } finally {
      await directory.close();
    }
  });

const WAYS = [
  ['read ahead', 1000],
  ['asked by need', 0],
] as const;

for (const [way, readAhead] of WAYS)
  callsContract({ name: `SQLite, ${way}`, open: inFrontOf(withDatabase, readAhead) });

suite('on PostgreSQL', () => {
  const skip = withoutPostgres();
  const server = postgresOfSuite(skip);
  const lend: Lend = async use => {
    const database = await openPostgres({ url: await server().database() });
    try {
      await database.migrate();
      await use(database);
    } finally {
      await database.close();
    }
  };
  for (const [way, readAhead] of WAYS)
    callsContract({ name: `PostgreSQL, ${way}`, open: inFrontOf(lend, readAhead), skip });
});
