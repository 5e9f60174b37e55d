import { suite } from 'node:test';
import { openPostgres } from '@parley/database/postgres';
import { memoryAccessRecords } from '@parley/directory/memory';
import { storedAccessRecords } from '@parley/directory/own';
import { postgresOfSuite, withoutPostgres } from '../../database/test/postgres-server.ts';
import { accessRecordsContract } from './access-records-contract.ts';
import { withDatabase } from './with-database.ts';

accessRecordsContract('memory', use => use(memoryAccessRecords()));
accessRecordsContract('SQLite', use => withDatabase(database => use(storedAccessRecords(database))));

suite('on PostgreSQL', { skip: withoutPostgres() }, () => {
  const server = postgresOfSuite(withoutPostgres());
  accessRecordsContract('PostgreSQL', async use => {
    const database = await openPostgres({ url: await server().database() });
    try {
      await database.migrate();
      await use(storedAccessRecords(database));
    } finally {
      await database.close();
    }
  });
});
