import { type Clock, type Log, silentLog } from '@parley/base';
import type { Database } from '@parley/database';
import { type AuditLog, openAuditLog } from '../audit/audit-log.ts';
import { type CacheBounds, type CallDirectory, databaseSource, openCallDirectory } from '../cache/index.ts';
import type { KeptObjects } from '../kept-objects.ts';
import { DirectoryObjects, type DirectoryObjectsOptions } from '../life-cycle/directory-objects.ts';
import { databaseStore } from '../store/database-store.ts';
import { bringUpToDate } from './bring-up-to-date.ts';

export interface OwnDirectoryOptions {
  /** Migrated already. */
  readonly database: Database;
  readonly clock: Clock;
  /** The name of this node; without one it does not tell the others how far it has followed the changes. */
  readonly node?: string;
  readonly log?: Log;
  /** Languages that prompts exist in; a dial plan or mailbox cannot be given another. */
  readonly languages?: readonly string[];
  /** How much calls may keep in memory; see `openCallDirectory`. */
  readonly bounds?: Partial<CacheBounds>;
}

/** The directory in our own database: `.directory` answers calls, the rest is for administrators. */
export async function openOwnDirectory(options: OwnDirectoryOptions): Promise<OwnDirectory> {
  const { database, clock, node, log = silentLog, languages, bounds } = options;
  const store = databaseStore(database);
  await bringUpToDate({ database, store, clock, log });
  const source = databaseSource(database, clock, node);
  const directory = await openCallDirectory({ source, clock, log, ...(bounds && { bounds }) });
  const settings = { languages };
  return new OwnObjects({ store, clock, log, settings, onCommitted: () => directory.refresh() }, directory);
}

/** With how well calls are answered. */
export interface OwnDirectory extends KeptObjects {
  readonly directory: CallDirectory;
}

class OwnObjects extends DirectoryObjects implements OwnDirectory {
  readonly directory: CallDirectory;
  readonly audit: AuditLog;

  constructor(options: DirectoryObjectsOptions, directory: CallDirectory) {
    super(options);
    this.directory = directory;
    this.audit = openAuditLog(options);
  }

  /** Lets go of the directory; the database is the caller's. */
  close(): Promise<void> {
    return this.directory.close();
  }
}
