import { type Clock, type Log, silentLog } from '@parley/base';
import type { Database } from '@parley/database';
import { KeptObjects } from '../life-cycle/kept-objects.ts';
import { keepInDatabase } from './keep-in-database.ts';

export interface OwnDirectoryOptions {
  /** Migrated already. */
  readonly database: Database;
  readonly clock: Clock;
  readonly log?: Log;
  /** Languages that prompts exist in; a dial plan or mailbox cannot be given another. */
  readonly languages?: readonly string[];
}

/** The directory in our own database, read into memory: `.directory` answers calls, the rest is for administrators. */
export async function openOwnDirectory(options: OwnDirectoryOptions): Promise<KeptObjects> {
  const { database, clock, log = silentLog, languages } = options;
  const objects = new KeptObjects({ clock, keeping: keepInDatabase(database, log), rules: { languages } });
  await objects.reload();
  return objects;
}
