import type { Clock } from '@parley/base';
import type { Database } from '@parley/database';
import { ReplicaReport } from '../replicas/stored-replicas.ts';
import type { DirectorySource } from './call-directory.ts';
import { auditChanges } from './change-log.ts';
import { databaseRows } from './directory-rows.ts';

/** The directory in our own database, of either engine. @param node whose copy it is; it tells the others how far it has come. */
export function databaseSource(database: Database, clock: Clock, node?: string): DirectorySource {
  const report = node === undefined ? undefined : new ReplicaReport(database, node, clock);
  return {
    node,
    rows: databaseRows(database),
    changes: auditChanges(database, () => clock.monotonic()),
    // What is announced does not matter: the log says what has happened, also when an announcement was missed.
    listen: hear => database.listen(hear, hear),
    ...(report && { tell: place => report.tell(place) }),
  };
}
