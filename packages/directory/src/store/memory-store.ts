import { ParleyError } from '@parley/base';
import type {
  AuditQuery,
  ChainedRow,
  Either,
  EitherQuery,
  IdsQuery,
  IndexHit,
  IndexQuery,
  IndexRow,
  NumberedRow,
  ObjectStore,
  Place,
  Put,
  ReferrerQuery,
  ReferringProperty,
  StoredRow,
  StoreTransaction,
  WalkedRow,
  WalkQuery,
} from './object-store.ts';

interface Shelf {
  readonly puts: Map<string, Put>;
  /** Kind, property and value -> ids. */
  readonly found: Map<string, Set<string>>;
  /** Kind, property, scope and value -> id, of what is unique. */
  readonly unique: Map<string, string>;
  readonly audit: NumberedRow[];
}

const keyOf = (...parts: readonly string[]) => parts.join('\u0000');

const before = (left: string, right: string) => (left < right ? -1 : Number(left > right));

/** Objects that are kept nowhere else, for tests. It keeps the promises of the database: all or nothing, unique values, organisations. */
export function memoryStore(onAnnounced?: (text: string) => void): ObjectStore {
  const shelf: Shelf = { puts: new Map(), found: new Map(), unique: new Map(), audit: [] };
  let last: Promise<unknown> = Promise.resolve();
  return {
    transaction(organization, work) {
      const run = async () => {
        const transaction = new MemoryTransaction(shelf, organization);
        try {
          const result = await work(transaction);
          for (const text of transaction.announced) onAnnounced?.(text);
          return result;
        } catch (error) {
          transaction.undo();
          throw error;
        }
      };
      const done = last.then(run, run);
      last = done;
      return done;
    },
  };
}

const conflict = () => new ParleyError('DATABASE_CONFLICT', 'the memory refused an object that contradicts another');

class MemoryTransaction implements StoreTransaction {
  readonly announced: string[] = [];
  readonly #shelf: Shelf;
  readonly #organization: string | undefined;
  readonly #undo: (() => void)[] = [];

  constructor(shelf: Shelf, organization: string | undefined) {
    this.#shelf = shelf;
    this.#organization = organization;
  }

  undo(): void {
    for (const step of this.#undo.reverse()) step();
  }

  async rows(ids: readonly string[]): Promise<readonly StoredRow[]> {
    return ids.flatMap(id => this.#visible(id, undefined) ?? []);
  }

  async either({ id, limit, value, through: _, ...of }: EitherQuery): Promise<Either> {
    const hits = await this.find({ ...of, values: [value], organization: undefined, limit });
    const having = hits.map(hit => hit.id);
    return { having, rows: await this.rows([...new Set([id, ...having])]) };
  }

  async find({ kind, property, values, organization, scope, limit }: IndexQuery): Promise<readonly IndexHit[]> {
    const hits = [...new Set(values)].flatMap(value =>
      [...(this.#shelf.found.get(keyOf(kind, property, value)) ?? [])]
        .filter(
          id => this.#visible(id, organization) && (scope === undefined || this.#has(id, { property, value, scope })),
        )
        .map(id => ({ value, id })),
    );
    return hits.sort((a, b) => before(a.value, b.value) || before(a.id, b.id)).slice(0, limit);
  }

  async referrers({ id, by, organization, limit }: ReferrerQuery) {
    const found: (ReferringProperty & { readonly id: string })[] = [];
    for (const { kind, property } of by)
      for (const hit of await this.find({ kind, property, values: [id], organization, limit }))
        found.push({ kind, property, id: hit.id });
    return found.slice(0, limit);
  }

  async walk({
    kind,
    organization,
    property,
    prefix = '',
    descending = false,
    after,
    limit,
  }: WalkQuery): Promise<readonly WalkedRow[]> {
    const walked: WalkedRow[] = [];
    for (const { row, index } of this.#shelf.puts.values()) {
      if (row.kind !== kind || !this.#visible(row.id, organization)) continue;
      const values =
        property === 'id' ? [''] : index.filter(each => each.property === property).map(each => each.value);
      for (const each of values) if (each.startsWith(prefix)) walked.push({ place: { value: each, id: row.id }, row });
    }
    const inOrder = (one: Place, other: Place) =>
      (before(one.value, other.value) || before(one.id, other.id)) * (descending ? -1 : 1);
    return walked
      .sort((a, b) => inOrder(a.place, b.place))
      .filter(({ place }) => !after || inOrder(place, after) > 0)
      .slice(0, limit);
  }

  async ids({ kind, organization, property, values, prefix = '', limit }: IdsQuery): Promise<readonly string[]> {
    if (values) {
      const hits = await this.find({ kind, property, values, organization, limit: Number.POSITIVE_INFINITY });
      return [...new Set(hits.map(({ id }) => id))].slice(0, limit);
    }
    const walked = await this.walk({ kind, organization, property, prefix, limit: Number.POSITIVE_INFINITY });
    return [...new Set(walked.map(({ place }) => place.id))].slice(0, limit);
  }

  async insert(puts: readonly Put[]): Promise<void> {
    for (const put of puts) {
      if (this.#shelf.puts.has(put.row.id) || !this.#mine(put.row)) throw conflict();
      this.#put(put);
    }
  }

  async update(put: Put, etag: string): Promise<boolean> {
    const kept = this.#shelf.puts.get(put.row.id);
    if (!kept || kept.row.etag !== etag || !this.#mine(kept.row)) return false;
    this.#take(kept);
    this.#put(put);
    return true;
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const kept = this.#visible(id, undefined) && this.#shelf.puts.get(id);
      if (kept) this.#take(kept);
    }
  }

  async lastHash(organization: string | undefined): Promise<string> {
    return this.#shelf.audit.findLast(each => each.organization === organization)?.hash ?? '';
  }

  async append(rows: readonly ChainedRow[]): Promise<void> {
    const { audit } = this.#shelf;
    const length = audit.length;
    this.#undo.push(() => void audit.splice(length));
    for (const row of rows) audit.push({ ...row, seq: audit.length + 1 });
  }

  async audited(query: AuditQuery): Promise<readonly NumberedRow[]> {
    const rows = this.#shelf.audit.filter(row => this.#wanted(row, query));
    if (query.order === 'newest first') rows.reverse();
    return rows.slice(0, query.limit);
  }

  async announce(text: string): Promise<void> {
    this.announced.push(text);
  }

  #wanted(row: NumberedRow, query: AuditQuery): boolean {
    const { organization, who, cmdlets, objectId, kind, outcome, since, until, after, order } = query;
    const isBeyond = after === undefined || (order === 'newest first' ? row.seq < after : row.seq > after);
    return (
      isBeyond &&
      (this.#organization === undefined || row.organization === this.#organization) &&
      (organization === undefined || (row.organization ?? null) === organization) &&
      (who === undefined || row.who === who) &&
      (cmdlets === undefined || cmdlets.includes(row.cmdlet)) &&
      (objectId === undefined || row.objectId === objectId) &&
      (kind === undefined || row.kind === kind) &&
      (outcome === undefined || row.outcome === outcome) &&
      (since === undefined || row.at >= since) &&
      (until === undefined || row.at < until)
    );
  }

  #mine({ organization }: StoredRow): boolean {
    return this.#organization === undefined || organization === this.#organization;
  }

  #visible(id: string, organization: string | undefined): StoredRow | undefined {
    const row = this.#shelf.puts.get(id)?.row;
    return row && this.#mine(row) && (organization === undefined || row.organization === organization)
      ? row
      : undefined;
  }

  #has(id: string, wanted: IndexRow): boolean {
    const index = this.#shelf.puts.get(id)?.index ?? [];
    return index.some(
      each => each.property === wanted.property && each.value === wanted.value && each.scope === wanted.scope,
    );
  }

  #put(put: Put): void {
    const { unique } = this.#shelf;
    const { kind, id } = put.row;
    for (const { property, value, scope } of put.index) {
      const owner = scope === '' ? undefined : unique.get(keyOf(kind, property, scope, value));
      if (owner !== undefined && owner !== id) throw conflict();
    }
    this.#place(put);
    this.#undo.push(() => this.#forget(put));
  }

  #place(put: Put): void {
    const { puts, found, unique } = this.#shelf;
    const { kind, id } = put.row;
    puts.set(id, put);
    for (const { property, value, scope } of put.index) {
      const key = keyOf(kind, property, value);
      const ids = found.get(key) ?? new Set<string>();
      found.set(key, ids.add(id));
      if (scope !== '') unique.set(keyOf(kind, property, scope, value), id);
    }
  }

  #take(put: Put): void {
    this.#forget(put);
    this.#undo.push(() => this.#place(put));
  }

  #forget({ row, index }: Put): void {
    const { puts, found, unique } = this.#shelf;
    puts.delete(row.id);
    for (const { property, value, scope } of index) {
      const key = keyOf(row.kind, property, value);
      const ids = found.get(key);
      ids?.delete(row.id);
      if (ids?.size === 0) found.delete(key);
      if (scope !== '') unique.delete(keyOf(row.kind, property, scope, value));
    }
  }
}
