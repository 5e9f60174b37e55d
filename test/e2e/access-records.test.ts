import { suite } from 'node:test';
import { openPostgres } from '@parley/database/postgres';
import { storedAccessRecords } from '@parley/directory/own';
import { postgresOfSuite, withoutPostgres } from '../../packages/database/test/postgres-server.ts';
import { accessRecordsContract } from '../../packages/directory/test/access-records-contract.ts';

const skip = withoutPostgres();

suite('who may sign in, kept in PostgreSQL', { skip }, () => {
  const server = postgresOfSuite(skip);
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
