import type { Clock, Log } from '@parley/base';
import {
  type AccessRecords,
  type CallRecords,
  type ConfigurationBackup,
  firstStart,
  type KeptObjects,
  type Replicas,
} from '@parley/directory';
import type { CallDirectory } from '@parley/directory/cache';
import {
  openCallRecords,
  openConfigurationBackup,
  openOwnDirectory,
  storedAccessRecords,
  storedReplicas,
} from '@parley/directory/own';
import type { Config } from '../config/settings.ts';
import type { DataFolder } from '../data-folder.ts';
import { openDatabase } from './open-database.ts';

/** What is kept in the database: who and what exists, and the history of calls. */
export interface Office {
  readonly objects: KeptObjects;
  readonly directory: CallDirectory;
  readonly records: CallRecords;
  /** Who may administer. */
  readonly access: AccessRecords;
  /** The configuration as a file. */
  readonly backup: ConfigurationBackup;
  /** Which nodes know the newest of it. */
  readonly replicas: Replicas;
  /** What the first start made, a line each. */
  readonly made: readonly string[];
}

/** Signs exports of the configuration, in the data folder. */
const SIGNING_KEY = 'configuration-key.pem';

/** Opens the database and reads the directory into memory; on an empty one the first start's objects are made. */
export async function openOffice(
  opened: AsyncDisposableStack,
  options: {
    readonly data: DataFolder;
    readonly config: Config['database'];
    readonly languages: readonly string[];
    readonly node: string;
    readonly clock: Clock;
    readonly log: Log;
  },
): Promise<Office> {
  const { languages, node, clock, log } = options;
  const database = await openDatabase(opened, options);
  const objects = opened.adopt(await openOwnDirectory({ database, clock, node, log, languages }), each => each.close());
  const made = await firstStart(objects, { clock, timeZone: Temporal.Now.timeZoneId() });
  const records = opened.adopt(openCallRecords({ database, clock, log }), each => each.close());
  const backup = openConfigurationBackup({ database, clock, log, keyFile: options.data.at(SIGNING_KEY) });
  return {
    objects,
    directory: objects.directory,
    records,
    access: storedAccessRecords(database),
    backup,
    replicas: storedReplicas(database),
    made,
  };
}
