import { Bug } from '@parley/base';
import { type Database, type DatabaseTransaction, type Tables, WHOLE_SYSTEM } from '@parley/database';
import { isKind } from '@parley/schema';
import { EitherStatement, HAVING } from './either-statement.ts';
import type {
  AuditQuery,
  ChainedRow,
  Either,
  EitherQuery,
  IdsQuery,
  IndexHit,
  IndexQuery,
  NumberedRow,
  ObjectStore,
  Put,
  ReferrerQuery,
  ReferringProperty,
  StoredRow,
  StoreTransaction,
  WalkedRow,
  WalkQuery,
} from './object-store.ts';

/** Version of the documents' shape that this program writes. */
const DOCUMENT_VERSION = 1;

/** Rows in one statement: with 13 columns still less than the 32,766 parameters that SQLite takes. */
const BATCH = 500;

function* batches<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < all.length; from += BATCH) yield all.slice(from, from + BATCH);
}

/** Objects in our own database, of either engine. */
export function databaseStore(database: Database): ObjectStore {
  const either = new EitherStatement();
  return {
    transaction: (organization, work) =>
      database.inOrganization(organization ?? WHOLE_SYSTEM, transaction =>
        work(new DatabaseStoreTransaction({ database, either }, transaction, organization)),
      ),
  };
}

/** What the transactions of a store share. */
interface Shared {
  readonly database: Database;
  readonly either: EitherStatement;
}

type ObjectColumns = Tables['object'];
type AuditColumns = Omit<Tables['audit'], 'seq'> & { readonly seq: number };

function storedOf({ kind, id, organization, etag, document, changed_at }: ObjectColumns): StoredRow {
  if (!isKind(kind)) throw new Bug(`an object of kind ${kind} was asked for`);
  return { kind, id, organization, etag, document, changedAt: Number(changed_at) };
}

const columnsOf = ({ organization, etag, document, changedAt }: StoredRow) => ({
  organization,
  etag,
  document,
  version: DOCUMENT_VERSION,
  changed_at: changedAt,
});

const indexColumns = ({ row, index }: Put) =>
  index.map(each => ({ ...each, kind: row.kind, id: row.id, organization: row.organization }));

const given = <T>(value: T | null): T | undefined => value ?? undefined;

const numbered = (row: AuditColumns): NumberedRow => ({
  seq: Number(row.seq),
  at: Number(row.at),
  organization: given(row.organization),
  who: row.who,
  requestId: given(row.request_id),
  cmdlet: row.cmdlet ?? '',
  kind: given(row.kind),
  objectId: given(row.object_id),
  objectName: given(row.object_name),
  outcome: row.outcome,
  detail: row.detail,
  previousHash: row.previous_hash,
  hash: row.hash,
});

const auditColumns = (row: ChainedRow) => ({
  at: row.at,
  organization: row.organization ?? null,
  who: row.who,
  request_id: row.requestId ?? null,
  cmdlet: row.cmdlet,
  kind: row.kind ?? null,
  object_id: row.objectId ?? null,
  object_name: row.objectName ?? null,
  outcome: row.outcome,
  detail: row.detail,
  previous_hash: row.previousHash,
  hash: row.hash,
});

/** PostgreSQL keeps organisations apart by itself; every statement says whose rows it wants all the same, and on SQLite that alone does. */
class DatabaseStoreTransaction implements StoreTransaction {
  readonly #database: Database;
  readonly #either: EitherStatement;
  readonly #db: DatabaseTransaction;
  readonly #organization: string | undefined;

  constructor({ database, either }: Shared, transaction: DatabaseTransaction, organization: string | undefined) {
    this.#database = database;
    this.#either = either;
    this.#db = transaction;
    this.#organization = organization;
  }

  async rows(ids: readonly string[]): Promise<readonly StoredRow[]> {
    const found: StoredRow[] = [];
    for (const batch of batches(ids)) {
      let query = this.#db.selectFrom('object').selectAll().where('id', 'in', batch);
      if (this.#organization !== undefined) query = query.where('organization', '=', this.#organization);
      found.push(...(await query.execute()).filter(({ kind }) => isKind(kind)).map(storedOf));
    }
    return found;
  }

  async either(query: EitherQuery): Promise<Either> {
    const compiled = this.#either.of(this.#db, { ...query, organization: this.#organization });
    const { rows } = await this.#db.executeQuery(compiled);
    const known = rows.filter(row => isKind(row.kind));
    return { having: known.filter(({ step }) => step === HAVING).map(row => row.id), rows: known.map(storedOf) };
  }

  async find({ kind, property, values, organization, scope, limit }: IndexQuery): Promise<readonly IndexHit[]> {
    const hits: IndexHit[] = [];
    for (const batch of batches(values)) {
      let query = this.#db
        .selectFrom('object_index')
        .select(['value', 'id'])
        .where('kind', '=', kind)
        .where('property', '=', property)
        .where('value', 'in', batch);
      if (scope !== undefined) query = query.where('scope', '=', scope);
      for (const one of this.#seen(organization)) query = query.where('organization', '=', one);
      hits.push(...(await query.orderBy('value').orderBy('id').limit(limit).execute()));
    }
    return hits.slice(0, limit);
  }

  async referrers({ id, by, organization, limit }: ReferrerQuery) {
    const found: (ReferringProperty & { readonly id: string })[] = [];
    for (const { kind, property } of by) {
      if (found.length >= limit) break;
      const hits = await this.find({
        kind,
        property,
        values: [id],
        organization,
        limit: limit - found.length,
      });
      found.push(...hits.map(hit => ({ kind, property, id: hit.id })));
    }
    return found;
  }

  async ids({ kind, organization, property, values, prefix, limit }: IdsQuery): Promise<readonly string[]> {
    const ids = new Set<string>();
    let query = this.#db
      .selectFrom('object_index')
      .select('id')
      .where('kind', '=', kind)
      .where('property', '=', property);
    for (const one of this.#seen(organization)) query = query.where('organization', '=', one);
    if (prefix !== undefined) query = query.where('value', '>=', prefix).where('value', '<', `${prefix}\u{10ffff}`);
    for (const batch of values ? batches(values) : [undefined]) {
      if (ids.size >= limit) break;
      const some = batch ? query.where('value', 'in', batch) : query;
      for (const { id } of await some.limit(limit).execute()) ids.add(id);
    }
    return [...ids].slice(0, limit);
  }

  walk(query: WalkQuery): Promise<readonly WalkedRow[]> {
    return query.property === 'id' ? this.#walkIds(query) : this.#walkIndex(query);
  }

  async #walkIds({ kind, organization, after, limit }: WalkQuery): Promise<readonly WalkedRow[]> {
    let query = this.#db.selectFrom('object').selectAll().where('kind', '=', kind);
    for (const one of this.#seen(organization)) query = query.where('organization', '=', one);
    if (after) query = query.where('id', '>', after.id);
    const rows = await query.orderBy('id').limit(limit).execute();
    return rows.map(row => ({ place: { value: '', id: row.id }, row: storedOf(row) }));
  }

  async #walkIndex({
    kind,
    organization,
    property,
    prefix,
    descending = false,
    after,
    limit,
  }: WalkQuery): Promise<readonly WalkedRow[]> {
    let query = this.#db
      .selectFrom('object_index as found')
      .innerJoin('object', 'object.id', 'found.id')
      .selectAll('object')
      .select('found.value')
      .where('found.kind', '=', kind)
      .where('found.property', '=', property);
    for (const one of this.#seen(organization)) query = query.where('found.organization', '=', one);
    if (prefix !== undefined && prefix !== '')
      query = query.where('found.value', '>=', prefix).where('found.value', '<', `${prefix}\u{10ffff}`);
    if (after)
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('found.value', 'found.id'), descending ? '<' : '>', tuple(after.value, after.id)),
      );
    const direction = descending ? 'desc' : 'asc';
    const rows = await query.orderBy('found.value', direction).orderBy('found.id', direction).limit(limit).execute();
    return rows.map(row => ({ place: { value: row.value, id: row.id }, row: storedOf(row) }));
  }

  async insert(puts: readonly Put[]): Promise<void> {
    for (const batch of batches(puts))
      await this.#db
        .insertInto('object')
        .values(batch.map(({ row }) => ({ kind: row.kind, id: row.id, ...columnsOf(row) })))
        .execute();
    await this.#insertIndex(puts);
  }

  async update(put: Put, before: string): Promise<boolean> {
    const { row } = put;
    let query = this.#db.updateTable('object').set(columnsOf(row)).where('id', '=', row.id).where('etag', '=', before);
    if (this.#organization !== undefined) query = query.where('organization', '=', this.#organization);
    const { numUpdatedRows } = await query.executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;
    await this.#db.deleteFrom('object_index').where('id', '=', row.id).execute();
    await this.#insertIndex([put]);
    return true;
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const batch of batches(ids)) {
      let query = this.#db.deleteFrom('object').where('id', 'in', batch);
      if (this.#organization !== undefined) query = query.where('organization', '=', this.#organization);
      await query.execute();
    }
  }

  async lastHash(organization: string | undefined): Promise<string> {
    const last = await this.#db
      .selectFrom('audit')
      .select('hash')
      .where('organization', organization === undefined ? 'is' : '=', organization ?? null)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return last?.hash ?? '';
  }

  async append(rows: readonly ChainedRow[]): Promise<void> {
    for (const batch of batches(rows)) await this.#db.insertInto('audit').values(batch.map(auditColumns)).execute();
  }

  async audited(wanted: AuditQuery): Promise<readonly NumberedRow[]> {
    const { organization, after, order, limit } = wanted;
    const isNewest = order === 'newest first';
    let query = this.#db.selectFrom('audit').selectAll();
    for (const one of this.#seen(organization))
      query = one === null ? query.where('organization', 'is', null) : query.where('organization', '=', one);
    if (wanted.who !== undefined) query = query.where('who', '=', wanted.who);
    if (wanted.cmdlets !== undefined) query = query.where('cmdlet', 'in', wanted.cmdlets);
    if (wanted.objectId !== undefined) query = query.where('object_id', '=', wanted.objectId);
    if (wanted.kind !== undefined) query = query.where('kind', '=', wanted.kind);
    if (wanted.outcome !== undefined) query = query.where('outcome', '=', wanted.outcome);
    if (wanted.since !== undefined) query = query.where('at', '>=', wanted.since);
    if (wanted.until !== undefined) query = query.where('at', '<', wanted.until);
    if (after !== undefined) query = query.where('seq', isNewest ? '<' : '>', after);
    const rows = await query
      .orderBy('seq', isNewest ? 'desc' : 'asc')
      .limit(limit)
      .execute();
    return rows.map(numbered);
  }

  announce(text: string): Promise<void> {
    return this.#database.announce(this.#db, text);
  }

  /** The organisations to which a statement is held: that of the transaction, and that which is asked for. */
  #seen<T extends string | null>(asked: T | undefined): readonly (T | string)[] {
    const all: (T | string)[] = [];
    if (this.#organization !== undefined) all.push(this.#organization);
    if (asked !== undefined && asked !== this.#organization) all.push(asked);
    return all;
  }

  async #insertIndex(puts: readonly Put[]): Promise<void> {
    for (const batch of batches(puts.flatMap(indexColumns)))
      await this.#db.insertInto('object_index').values(batch).execute();
  }
}
