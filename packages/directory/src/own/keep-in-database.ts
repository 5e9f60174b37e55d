import { type Log, messageOf, ParleyError } from '@parley/base';
import type { Database, DatabaseTransaction, Tables } from '@parley/database';
import { definitionOf, isKind, kinds, validate } from '@parley/schema';
import type { Keeping } from '../life-cycle/kept-objects.ts';
import type { Edit, StoredDocument } from '../lookup/catalogue.ts';
import { comparableAddress } from '../lookup/world.ts';

/** Shape of the documents that this version writes; `upgrade` functions will lift older ones when there are any. */
const DOCUMENT_VERSION = 1;

type Put = Extract<Edit, { op: 'put' }>;

const changed = () =>
  new ParleyError(
    'OBJECT_CHANGED',
    'the objects were changed by somebody else meanwhile: read them again and repeat the change',
  );

/** What a row holds, checked again. Properties that only a newer version knows are passed over. */
function parsed(row: Tables['object']): StoredDocument {
  if (!isKind(row.kind)) throw new SyntaxError(`the kind ${row.kind} is not known`);
  const known = Object.keys(definitionOf(row.kind).properties);
  const values = new Map<string, unknown>(Object.entries(JSON.parse(row.document)));
  const validated = validate(row.kind, Object.fromEntries([...values].filter(([name]) => known.includes(name))));
  if ('problems' in validated) throw new SyntaxError(validated.problems.map(each => each.message).join('; '));
  return { kind: row.kind, id: row.id, etag: row.etag, document: validated.document };
}

/** A row as a document; undefined, with a line in the log, when it cannot be read: one damaged object must not stop all calls. */
function documentOf(row: Tables['object'], log: Log): StoredDocument | undefined {
  try {
    return parsed(row);
  } catch (error) {
    log.error('stored object unreadable', { kind: row.kind, id: row.id, why: messageOf(error) });
    return undefined;
  }
}

/** Leaves out, with a line in the log, what refers to an object that is not there. Comes in the order of `kinds`. */
function withTheirReferences(documents: readonly StoredDocument[], log: Log): StoredDocument[] {
  const there = new Set<string>();
  return documents.filter(({ kind, id, document }) => {
    const lost = Object.entries(definitionOf(kind).properties).find(([name, property]) => {
      const value = document[name];
      return property.type === 'ref' && typeof value === 'string' && !there.has(value);
    });
    if (lost) log.error('stored object refers to a missing one', { kind, id, property: lost[0] });
    else there.add(id);
    return !lost;
  });
}

/** The values by which an object is found: its name, its addresses and whom it refers to. */
function indexOf({ kind, document }: StoredDocument): { property: string; value: string }[] {
  const rows: { property: string; value: string }[] = [];
  if (typeof document.name === 'string') rows.push({ property: 'name', value: document.name.toLowerCase() });
  if (typeof document.sipResourceIdentifier === 'string')
    rows.push({ property: 'sipResourceIdentifier', value: comparableAddress(document.sipResourceIdentifier) });
  if (kind === 'UMMailbox' && Array.isArray(document.extensions))
    for (const extension of document.extensions) rows.push({ property: 'extensions', value: String(extension) });
  for (const [name, property] of Object.entries(definitionOf(kind).properties)) {
    const value = document[name];
    if (property.type === 'ref' && typeof value === 'string') rows.push({ property: name, value });
  }
  return rows;
}

async function writeIndex(transaction: DatabaseTransaction, next: StoredDocument): Promise<void> {
  await transaction.deleteFrom('object_index').where('id', '=', next.id).execute();
  const rows = indexOf(next).map(row => ({ ...row, kind: next.kind, id: next.id }));
  if (rows.length > 0) await transaction.insertInto('object_index').values(rows).execute();
}

/** Another node may have taken the name since our state was read. */
async function refuseTakenName(transaction: DatabaseTransaction, next: StoredDocument): Promise<void> {
  if (next.kind === 'UMHuntGroup' || typeof next.document.name !== 'string') return;
  const taken = await transaction
    .selectFrom('object_index')
    .select('id')
    .where('kind', '=', next.kind)
    .where('property', '=', 'name')
    .where('value', '=', next.document.name.toLowerCase())
    .where('id', '!=', next.id)
    .executeTakeFirst();
  if (taken) throw changed();
}

async function writePut(transaction: DatabaseTransaction, { next, before }: Put): Promise<void> {
  await refuseTakenName(transaction, next);
  const columns = { etag: next.etag, version: DOCUMENT_VERSION, document: JSON.stringify(next.document) };
  if (before === undefined) {
    await transaction
      .insertInto('object')
      .values({ kind: next.kind, id: next.id, ...columns })
      .execute();
  } else {
    const { numUpdatedRows } = await transaction
      .updateTable('object')
      .set(columns)
      .where('id', '=', next.id)
      .where('etag', '=', before)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw changed();
  }
  await writeIndex(transaction, next);
}

async function writeRemove(transaction: DatabaseTransaction, edit: Extract<Edit, { op: 'remove' }>): Promise<void> {
  await transaction.deleteFrom('object_index').where('id', '=', edit.id).execute();
  const { numDeletedRows } = await transaction
    .deleteFrom('object')
    .where('id', '=', edit.id)
    .where('etag', '=', edit.before)
    .executeTakeFirst();
  if (numDeletedRows !== 1n) throw changed();
}

/** Keeps objects as documents with index rows; the edits of one change are one transaction. */
export function keepInDatabase(database: Database, log: Log): Keeping {
  return {
    async load() {
      const rows = await database.kysely.selectFrom('object').selectAll().orderBy('id').execute();
      const documents = rows.flatMap(row => documentOf(row, log) ?? []);
      documents.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
      return withTheirReferences(documents, log);
    },
    async keep(edits) {
      await database.kysely.transaction().execute(async transaction => {
        for (const edit of edits)
          await (edit.op === 'put' ? writePut(transaction, edit) : writeRemove(transaction, edit));
      });
    },
  };
}
