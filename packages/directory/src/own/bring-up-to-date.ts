import { createHash } from 'node:crypto';
import { type Clock, type Log, ulid } from '@parley/base';
import type { Database } from '@parley/database';
import { definitionOf, type Kind, kinds } from '@parley/schema';
import { create } from '../life-cycle/create.ts';
import { ALWAYS, indexedProperties, ownerOf } from '../life-cycle/declared.ts';
import { Workspace } from '../life-cycle/workspace.ts';
import type { ObjectStore, Place, StoreTransaction } from '../store/object-store.ts';
import { idsMissing } from './index-missing.ts';
import { type Indexable, readable, writeIndex } from './write-index.ts';

export interface UpToDateOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** The fact about the data that says for which declarations the index of each kind was made, and what organisations have. */
const KEY = 'object_index';
/** Objects of one transaction. */
const PORTION = 500;
/** Counts the ways in which values were compared; one more when `comparable` changes. */
const COMPARED = 1;
/** The entry of what every organisation has, beside those of the kinds. */
const COMPLETE = 'organizations';

/** What the index of each kind depends on, and what every organisation has. */
function declarations(): Readonly<Record<string, string>> {
  const digest = (of: unknown) => createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 32);
  const indexed = (kind: Kind) => {
    const { formerly } = definitionOf(kind);
    const all: unknown[] = indexedProperties(kind).map(({ property, unique, within, listed }) => [
      ...[property, unique, within],
      ...(listed ? ['listed'] : []),
    ]);
    // What was kept under a former name is found only when it was read again.
    return formerly === undefined ? all : [...all, formerly];
  };
  return Object.fromEntries([
    ...kinds.map(kind => [kind, digest([COMPARED, indexed(kind)])]),
    [COMPLETE, digest(ALWAYS)],
  ]);
}

/**
 * After an update with other declarations: what objects are found by is written again, and organisations get what every organisation
 * has. It may be interrupted and begins again then. Rejects with the database's failure.
 */
export async function bringUpToDate(options: UpToDateOptions): Promise<void> {
  await followDeclarations(options);
  await indexMissing(options);
}

async function followDeclarations(options: UpToDateOptions): Promise<void> {
  const { database, log } = options;
  const wanted = declarations();
  const known = await knownDeclarations(database);
  const changed = Object.keys(wanted).filter(each => known.get(each) !== wanted[each]);
  if (changed.length === 0) return;
  const objects = (await isEmpty(database)) ? 0 : await catchUp(changed, options);
  const value = JSON.stringify(wanted);
  await database.kysely
    .insertInto('meta')
    .values({ key: KEY, value })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
    .execute();
  if (objects > 0) log.info('objects are found by what is declared now', { objects, kinds: changed.length });
}

const isEmpty = async ({ kysely }: Database) =>
  (await kysely.selectFrom('object').select('id').limit(1).executeTakeFirst()) === undefined;

async function catchUp(changed: readonly string[], options: UpToDateOptions): Promise<number> {
  let objects = 0;
  for (const kind of kinds) if (changed.includes(kind)) objects += await indexAgain(kind, options);
  if (changed.includes(COMPLETE)) await completeOrganizations(options);
  return objects;
}

/** What was written the last time; nothing when that is from before or from somebody else. */
async function knownDeclarations({ kysely }: Database): Promise<ReadonlyMap<string, unknown>> {
  const row = await kysely.selectFrom('meta').select('value').where('key', '=', KEY).executeTakeFirst();
  return row?.value.startsWith('{') ? new Map(Object.entries(JSON.parse(row.value))) : new Map();
}

function workspaceOf(transaction: StoreTransaction, { clock, log }: UpToDateOptions): Workspace {
  const now = clock.wall();
  const by = { who: 'system', cmdlet: 'update' };
  return new Workspace(transaction, {
    by,
    settings: {},
    log,
    now,
    newId: () => ulid(now),
    taken: new Set(),
    remembersAll: false,
  });
}

interface At {
  readonly workspace: Workspace;
  readonly transaction: StoreTransaction;
}

/** Objects of a kind, portion by portion, each in a transaction. */
async function inPortions(
  kind: Kind,
  options: UpToDateOptions,
  work: (kept: readonly Indexable[], at: At) => Promise<void>,
): Promise<number> {
  let after: Place | undefined;
  let count = 0;
  for (;;) {
    const page = await options.store.transaction(undefined, async transaction => {
      const workspace = workspaceOf(transaction, options);
      const query = { kind, organization: undefined, property: 'id', limit: PORTION };
      const rows = await workspace.walk({ ...query, ...(after && { after }) });
      const kept = readable(
        rows.map(({ row }) => row),
        workspace,
      );
      await work(kept, { workspace, transaction });
      return rows;
    });
    count += page.length;
    after = page.at(-1)?.place;
    if (page.length < PORTION) return count;
  }
}

function indexAgain(kind: Kind, options: UpToDateOptions): Promise<number> {
  return inPortions(kind, options, (all, at) => writeIndex(all, { ...at, log: options.log }));
}

/** What nodes of an older version have written while this version was at work already is in all lists too. */
async function indexMissing(options: UpToDateOptions): Promise<void> {
  let objects = 0;
  for await (const ids of idsMissing(options.database))
    objects += await options.store.transaction(undefined, async transaction => {
      const workspace = workspaceOf(transaction, options);
      const all = readable(await workspace.rows(ids), workspace);
      await writeIndex(all, { workspace, transaction, log: options.log });
      return all.length;
    });
  if (objects > 0) options.log.info('objects of an older version are in all lists now', { objects });
}

function completeOrganizations(options: UpToDateOptions): Promise<number> {
  return inPortions('Organization', options, async (all, { workspace }) => {
    for (const [{ id }] of all) {
      const place = { workspace, organization: id };
      for (const { kind, name } of ALWAYS) {
        const there = await workspace.find({ kind, property: 'name', value: name, organization: id, limit: 1 });
        if (there.length > 0) continue;
        await create(kind, { name, [ownerOf(kind) ?? 'organization']: id }, place);
      }
    }
    await workspace.finish();
  });
}
