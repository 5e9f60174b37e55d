import type { Clock, Log } from '@parley/base';
import { openSqlite } from '@parley/database/sqlite';
import { type CallRecords, type Directory, firstStart, type KeptObjects } from '@parley/directory';
import { openCallRecords, openOwnDirectory } from '@parley/directory/own';

/** What is kept in the database: who and what exists, and the history of calls. */
export interface Office {
  readonly objects: KeptObjects;
  readonly directory: Directory;
  readonly records: CallRecords;
  /** What the first start made, a line each. */
  readonly made: readonly string[];
}

/** Opens the database and reads the directory into memory; on an empty one the first start's objects are made. */
export async function openOffice(
  opened: AsyncDisposableStack,
  {
    file,
    languages,
    clock,
    log,
  }: { readonly file: string; readonly languages: readonly string[]; readonly clock: Clock; readonly log: Log },
): Promise<Office> {
  const database = opened.adopt(await openSqlite({ file, log }), each => each.close());
  await database.migrate();
  const objects = await openOwnDirectory({ database, clock, log, languages });
  const made = await firstStart(objects, { clock, timeZone: Temporal.Now.timeZoneId() });
  const records = opened.adopt(openCallRecords({ database, clock, log }), each => each.close());
  return { objects, directory: objects.directory, records, made };
}
