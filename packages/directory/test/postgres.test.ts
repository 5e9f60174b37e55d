import { after, before, suite } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { openPostgres } from '@parley/database/postgres';
import { postgresOfSuite, withoutPostgres } from '@parley/database/postgres-server';
import type { KeptObjects } from '@parley/directory';
import { openOwnDirectory } from '@parley/directory/own';
import { directoryContract } from './directory-contract.ts';
import { listingContract } from './listing-contract.ts';
import { objectsContract } from './objects-contract.ts';
import { organizationsContract } from './organizations-contract.ts';

const skip = withoutPostgres();

/** Quicker than a new database; what may only grow is emptied by somebody to whom no trigger applies. */
const EMPTIED = 'set session_replication_role = replica; truncate object, object_index, audit restart identity cascade';

suite('objects in PostgreSQL', () => {
  const server = postgresOfSuite(skip);
  let database: Database | undefined;
  let name = '';
  before(async () => {
    if (skip !== false) return;
    const url = await server().database();
    name = new URL(url).pathname.slice(1);
    database = await openPostgres({ url });
    await database.migrate();
  });
  after(() => database?.close());

  const open = async (use: (objects: KeptObjects) => Promise<void>) => {
    if (!database) throw new Error('there is no database');
    await server().asSuperuser(EMPTIED, name);
    const objects = await openOwnDirectory({ database, clock: new FakeClock() });
    try {
      await use(objects);
    } finally {
      await objects.close();
    }
  };
  directoryContract({ name: 'PostgreSQL', open, skip });
  objectsContract({ name: 'PostgreSQL', open, skip });
  listingContract({ name: 'PostgreSQL', open, skip });
  organizationsContract({ name: 'PostgreSQL', open, skip });
});
