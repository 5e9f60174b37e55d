import type { Clock } from '@parley/base';
import type { Database } from '@parley/database';
import type { DirectorySource } from './call-directory.ts';
import { auditChanges } from './change-log.ts';
import { databaseRows } from './directory-rows.ts';

/** The directory in our own database, of either engine. */
export function databaseSource(database: Database, clock: Clock): DirectorySource {
  return {
    rows: databaseRows(database),
    changes: auditChanges(database, () => clock.monotonic()),
    // What is announced does not matter: the log says what has happened, also when an announcement was missed.
    listen: hear => database.listen(hear, hear),
  };
}
