import { systemClock } from '@parley/base';
import { databaseSource, openCallDirectory } from '@parley/directory/cache';
import { memoryDirectory } from '@parley/directory/memory';
import { callsContract } from './calls-contract.ts';
import { insertRows } from './insert-rows.ts';
import { withDatabase } from './with-database.ts';

callsContract({ name: 'memory', open: (entries, use) => use(memoryDirectory(entries)) });

for (const [name, readAhead] of [
  ['SQLite, read ahead', 1000],
  ['SQLite, asked by need', 0],
] as const)
  callsContract({
    name,
    open: (entries, use) =>
      withDatabase(async database => {
        await insertRows(database, entries);
        const source = databaseSource(database, systemClock);
        const directory = await openCallDirectory({ source, clock: systemClock, readAhead });
        try {
          await use(directory);
        } finally {
          await directory.close();
        }
      }),
  });
