import { Bug, type Log } from '@parley/base';
import { definitionOf, type Kind, type Property } from '@parley/schema';
import { chained } from '../audit/chain.ts';
import type { By } from '../objects.ts';
import {
  EVERYWHERE,
  type IdsQuery,
  type IndexHit,
  type IndexRow,
  type Put,
  type ReferringProperty,
  type StoredRow,
  type StoreTransaction,
  type WalkedRow,
  type WalkQuery,
} from '../store/object-store.ts';
import { announcementOf, auditRowOf, type ChangedObject } from './changed.ts';
import { comparable } from './comparable.ts';
import { identifiedBy, indexedProperties, referringTo, SINGLE_REFERENCES } from './declared.ts';
import { type Kept, rowOf } from './kept.ts';
import { OBJECT_CHANGED } from './refusals.ts';
import { RowReader } from './row-reader.ts';
import type { Rules } from './rules/rule.ts';

export interface WorkspaceOptions {
  readonly by: By;
  readonly settings: Rules;
  readonly log: Log;
  /** Remembers what it has read before; one of its own when not given. */
  readonly reader?: RowReader;
  /** Wall time of the change, milliseconds since 1970. */
  readonly now: number;
  readonly newId: () => string;
  /** Unique values of the whole system that are known to be taken outside the organisation: see `claimKey`. */
  readonly taken: ReadonlySet<string>;
  /** Every change is remembered to the end, however many there are. */
  readonly remembersAll: boolean;
}

/** A value that an object wants to be the only one to have. */
export interface Claim {
  readonly kind: Kind;
  readonly id: string;
  readonly property: string;
  readonly value: string;
}

export const claimKey = ({ kind, property, value }: Omit<Claim, 'id'>) => `${kind}\u0000${property}\u0000${value}`;

/** More hits of one value than that are asked for again each time. */
const MOST_REMEMBERED = 20;
/** New objects that are written in one go. */
const MOST_WAITING = 500;

const findKey = (kind: Kind, property: string, value: string) => `${kind}\u0000${property}\u0000${value}`;

/**
 * The objects of one transaction with everything it has changed so far, each read once. New objects are written in batches, always
 * before anything is asked that could find them.
 */
export class Workspace {
  readonly options: WorkspaceOptions;
  readonly changes: ChangedObject[] = [];
  /** Values unique in the whole system that were wanted. */
  readonly claims: Claim[] = [];
  readonly #transaction: StoreTransaction;
  readonly #reader: RowReader;
  readonly #kept = new Map<string, Kept | undefined>();
  readonly #hits = new Map<string, readonly string[]>();
  readonly #lists = new Map<string, readonly Kept[]>();
  readonly #identities = new Map<string, readonly string[]>();
  #waiting: Put[] = [];
  #audited = 0;

  constructor(transaction: StoreTransaction, options: WorkspaceOptions) {
    this.#transaction = transaction;
    this.options = options;
    this.#reader = options.reader ?? new RowReader(options.log);
  }

  /** The object of a kind with this id, of the organisation when one is given. */
  async get(kind: Kind, id: string, organization?: string): Promise<Kept | undefined> {
    if (!this.#kept.has(id)) await this.load([id]);
    const kept = this.#kept.get(id);
    const isWanted = kept?.kind === kind && (organization === undefined || kept.organization === organization);
    return isWanted ? kept : undefined;
  }

  /** The object with this id, whatever its kind. */
  async any(id: string): Promise<Kept | undefined> {
    if (!this.#kept.has(id)) await this.load([id]);
    return this.#kept.get(id);
  }

  /** Reads objects in one go that are about to be asked for. */
  async load(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter(id => !this.#kept.has(id));
    if (missing.length === 0) return;
    for (const id of missing) this.#kept.set(id, undefined);
    for (const row of await this.#transaction.rows(missing)) this.#kept.set(row.id, this.read(row));
  }

  /** Ids of the objects of a kind that have a value, at most `limit`. */
  async find(at: FindRequest): Promise<readonly string[]> {
    const { kind, organization, limit } = at;
    const declared = propertyOf(at);
    const value = comparable(declared, at.value);
    const remembered = this.#hits.get(findKey(kind, at.property, value));
    if (remembered) {
      await this.load(remembered);
      const ids = remembered.filter(id => this.#isOf(id, organization));
      return ids.slice(0, limit);
    }
    await this.flush();
    const values = [value];
    const { property, scope } = at;
    const only = scope === undefined ? {} : { scope };
    const hits = await this.#transaction.find({ kind, property, values, organization, limit, ...only });
    return hits.map(hit => hit.id);
  }

  /** The ids that an identity has led to; they are looked for once, as long as no object of the kind is changed. */
  async identities(
    key: { kind: Kind; identity: string; organization: string | undefined },
    look: () => Promise<readonly string[]>,
  ) {
    const name = `${key.kind}\u0000${key.organization ?? ''}\u0000${key.identity}`;
    const known = this.#identities.get(name);
    if (known) return known;
    const ids = await look();
    this.#identities.set(name, ids);
    return ids;
  }

  /** Reads in one go who has values that are about to be asked for. */
  async prefetch(kind: Kind, property: string, values: readonly string[]): Promise<void> {
    const declared = propertyOf({ kind, property });
    const wanted = [...new Set(values.map(each => comparable(declared, each)))];
    const missing = wanted.filter(value => !this.#hits.has(findKey(kind, property, value)));
    if (missing.length === 0) return;
    await this.flush();
    const limit = missing.length * MOST_REMEMBERED;
    const hits = await this.#transaction.find({ kind, property, values: missing, organization: undefined, limit });
    // Somebody has so many hits that others may have been cut off.
    if (hits.length >= limit) return;
    const ids = Map.groupBy(hits, (hit: IndexHit) => hit.value);
    for (const value of missing)
      this.#hits.set(
        findKey(kind, property, value),
        (ids.get(value) ?? []).map(hit => hit.id),
      );
  }

  /**
   * Reads in one go what an identity may mean that is about to be looked for: the object with this id, and those with this name; and
   * what they refer to.
   */
  async prefetchEither(kind: Kind, identity: string): Promise<void> {
    const declared = indexedProperties(kind).find(each => each.property === 'name')?.declared;
    if (!declared || this.#kept.has(identity)) return;
    const value = comparable(declared, identity);
    const key = findKey(kind, 'name', value);
    if (this.#hits.has(key)) return;
    await this.flush();
    const [limit, through] = [MOST_REMEMBERED, SINGLE_REFERENCES];
    const { having, rows } = await this.#transaction.either({
      id: identity,
      kind,
      property: 'name',
      value,
      limit,
      through,
    });
    for (const row of rows) if (!this.#kept.has(row.id)) this.#kept.set(row.id, this.read(row));
    if (!this.#kept.has(identity)) this.#kept.set(identity, undefined);
    // Others may have been cut off.
    if (having.length < limit) this.#hits.set(key, having.toSorted());
  }

  /** Every object of a kind in the order of ids. */
  async all(kind: Kind, organization: string | undefined): Promise<readonly Kept[]> {
    if (definitionOf(kind).numerous) throw new Bug(`there are too many objects of kind ${kind} to ask for all of them`);
    const key = `${kind}\u0000${organization ?? ''}`;
    const known = this.#lists.get(key);
    if (known) return known;
    await this.flush();
    const found: Kept[] = [];
    let after: { value: string; id: string } | undefined;
    for (;;) {
      const page = await this.#transaction.walk({
        kind,
        organization,
        property: 'id',
        limit: PAGE,
        ...(after && { after }),
      });
      for (const { row } of page) {
        if (!this.#kept.has(row.id)) this.#kept.set(row.id, this.read(row));
        const kept = this.#kept.get(row.id);
        if (kept) found.push(kept);
      }
      after = page.at(-1)?.place;
      if (page.length < PAGE) break;
    }
    this.#lists.set(key, found);
    return found;
  }

  /** Ids of the objects to which an index leads; not remembered. */
  async ids(query: IdsQuery): Promise<readonly string[]> {
    await this.flush();
    return this.#transaction.ids(query);
  }

  /** Objects as they are kept; not remembered. Those that are not there are left out. */
  async rows(ids: readonly string[]): Promise<readonly StoredRow[]> {
    await this.flush();
    return this.#transaction.rows(ids);
  }

  /** Objects of a kind in the order of a value, not remembered: there may be very many. */
  async walk(query: WalkQuery): Promise<readonly WalkedRow[]> {
    await this.flush();
    return this.#transaction.walk(query);
  }

  /** What a row holds; undefined, with a line in the log, when it cannot be read. */
  read(row: StoredRow): Kept | undefined {
    return this.#reader.read(row);
  }

  /** Ids of one or two objects of a kind; none when there is none. */
  async some(kind: Kind, organization: string | undefined): Promise<readonly string[]> {
    if (!definitionOf(kind).numerous) return (await this.all(kind, organization)).map(({ id }) => id).slice(0, 2);
    await this.flush();
    const page = await this.#transaction.walk({ kind, organization, property: 'id', limit: 2 });
    return page.map(({ row }) => row.id);
  }

  /** Who refers to an object, in the order of the kinds. */
  async referrers(
    kept: Pick<Kept, 'id' | 'kind'>,
    { limit, by = referringTo(kept.kind) }: { readonly limit: number; readonly by?: readonly ReferringProperty[] },
  ): Promise<readonly (ReferringProperty & { readonly id: string })[]> {
    await this.flush();
    return this.#transaction.referrers({ id: kept.id, by, organization: undefined, limit });
  }

  /** Puts a new object, or one in the place of `before`. */
  async put(next: Kept, index: readonly IndexRow[], before?: Kept): Promise<void> {
    for (const { property, value, scope } of index)
      if (scope === EVERYWHERE) this.claims.push({ kind: next.kind, id: next.id, property, value });
    const put = { row: rowOf(next, this.options.now), index };
    if (before) {
      await this.flush();
      if (!(await this.#transaction.update(put, before.etag))) throw OBJECT_CHANGED(before);
      this.#forget(before);
      this.changes.push({ what: 'changed', before, after: next });
    } else {
      this.#waiting.push(put);
      this.changes.push({ what: 'created', after: next });
    }
    this.#remember(next, index);
    if (this.#waiting.length >= MOST_WAITING) await this.flush();
  }

  async remove(kept: Kept): Promise<void> {
    await this.flush();
    await this.#transaction.remove([kept.id]);
    this.#forget(kept);
    this.#kept.set(kept.id, undefined);
    this.changes.push({ what: 'removed', before: kept });
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const puts = this.#waiting;
    this.#waiting = [];
    await this.#transaction.insert(puts);
  }

  /** Writes everything, with its audit, and has it announced: nothing may be changed after that. */
  async finish(): Promise<void> {
    await this.flush();
    await this.audit();
    if (this.changes.length > 0) await this.#transaction.announce(announcementOf(this.changes));
  }

  /** Writes the audit of what was changed since the last time. */
  async audit(): Promise<void> {
    const { by, now } = this.options;
    const rows = this.changes.slice(this.#audited).map(changed => auditRowOf(changed, by, now));
    this.#audited = this.changes.length;
    for (const [organization, ofOne] of Map.groupBy(rows, row => row.organization)) {
      const last = await this.#transaction.lastHash(organization);
      await this.#transaction.append(chained(last, ofOne));
    }
  }

  /** Forgets what was read, so that a very long change does not fill the memory. */
  async rest(): Promise<void> {
    await this.flush();
    await this.audit();
    if (this.options.remembersAll) return;
    // The kinds are all that the announcement will still need.
    const perKind = Map.groupBy(this.changes, changed => (changed.after ?? changed.before).kind);
    this.changes.splice(0, this.changes.length, ...[...perKind.values()].flatMap(all => all.slice(0, MOST_WAITING)));
    this.#audited = this.changes.length;
    this.#hits.clear();
    this.#identities.clear();
    for (const [id, kept] of this.#kept) if (!kept || definitionOf(kept.kind).numerous) this.#kept.delete(id);
  }

  #isOf(id: string, organization: string | undefined): boolean {
    const kept = this.#kept.get(id);
    return kept !== undefined && (organization === undefined || kept.organization === organization);
  }

  #remember(next: Kept, index: readonly IndexRow[]): void {
    this.#kept.set(next.id, next);
    this.#forgetLists(next.kind);
    for (const { property, value } of index) {
      const key = findKey(next.kind, property, value);
      const ids = this.#hits.get(key);
      if (ids) this.#hits.set(key, [...ids, next.id]);
    }
  }

  #forget(kept: Kept): void {
    this.#forgetLists(kept.kind);
    for (const [key, ids] of this.#hits) if (ids.includes(kept.id)) this.#hits.delete(key);
  }

  #forgetLists(kind: Kind): void {
    for (const key of this.#lists.keys()) if (key.startsWith(`${kind}\u0000`)) this.#lists.delete(key);
    if (this.#identities.size === 0) return;
    for (const each of identifiedBy(kind))
      for (const key of this.#identities.keys()) if (key.startsWith(`${each}\u0000`)) this.#identities.delete(key);
  }
}

const PAGE = 500;

export interface FindRequest {
  readonly kind: Kind;
  readonly property: string;
  readonly value: string;
  readonly organization: string | undefined;
  /** Only those that have it as the only ones there. What was prefetched is answered with whatever the scope. */
  readonly scope?: string;
  readonly limit: number;
}

function propertyOf({ kind, property }: Pick<FindRequest, 'kind' | 'property'>): Property {
  const found = indexedProperties(kind).find(each => each.property === property);
  if (!found) throw new Bug(`${kind} has no index by ${property}`);
  return found.declared;
}
