import type { Kind } from '@parley/schema';

/** An object as it is kept. */
export interface StoredRow {
  readonly kind: Kind;
  readonly id: string;
  /** Id of the organisation whose it is; an organisation is its own. */
  readonly organization: string;
  /** A number, one more with every change. */
  readonly etag: string;
  /** JSON: only what was given, so that a changed default reaches it. */
  readonly document: string;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** A value by which an object is found. */
export interface IndexRow {
  readonly property: string;
  /** As it is compared: see `comparable`. */
  readonly value: string;
  /** Where no other object of the kind has the value: '' nowhere, `EVERYWHERE`, or the id of an organisation or of an object. */
  readonly scope: string;
}

/** The scope of what is unique in the whole system. */
export const EVERYWHERE = '*';

/** An object with everything by which it is found. */
export interface Put {
  readonly row: StoredRow;
  readonly index: readonly IndexRow[];
}

/** Which objects are asked for by index: `organization` undefined means all of them. */
export interface IndexQuery {
  readonly kind: Kind;
  readonly property: string;
  readonly values: readonly string[];
  readonly organization: string | undefined;
  readonly scope?: string;
  readonly limit: number;
}

/** Of a mailbox: its policy, the dial plan of that, and whose they are. */
export const FURTHEST_STEPS = 3;

/** What one identity may mean. */
export interface EitherQuery {
  readonly id: string;
  readonly kind: Kind;
  readonly property: string;
  readonly value: string;
  readonly limit: number;
  readonly through: readonly string[];
}

/** What `either` has found. */
export interface Either {
  /** Ids of the objects that have the value. */
  readonly having: readonly string[];
  readonly rows: readonly StoredRow[];
}

/** One hit: the object has this value. */
export interface IndexHit {
  readonly value: string;
  readonly id: string;
}

/** A kind and property that refer to objects. */
export interface ReferringProperty {
  readonly kind: Kind;
  readonly property: string;
}

export interface ReferrerQuery {
  readonly id: string;
  readonly by: readonly ReferringProperty[];
  readonly organization: string | undefined;
  readonly limit: number;
}

/** A place in a walk: the value and the id of the last object seen. */
export interface Place {
  readonly value: string;
  readonly id: string;
}

/** Objects of one kind in the order of an indexed value. */
export interface WalkQuery {
  readonly kind: Kind;
  readonly organization: string | undefined;
  /** Its values give the order; `id` is not indexed and means the order of the ids. */
  readonly property: string;
  /** Only values that begin so. */
  readonly prefix?: string;
  /** The greatest value first, and of equal ones the greatest id. */
  readonly descending?: boolean;
  readonly after?: Place;
  readonly limit: number;
}

/** Objects by index, one of `values` or `prefix` given: `organization` undefined means all of them. */
export interface IdsQuery {
  readonly kind: Kind;
  readonly organization: string | undefined;
  readonly property: string;
  readonly values?: readonly string[];
  /** Values that begin so. */
  readonly prefix?: string;
  readonly limit: number;
}

export interface WalkedRow {
  readonly place: Place;
  readonly row: StoredRow;
}

/** An entry of the audit before and after it is in its chain; `undefined` chain: the system's own. */
export interface AuditRow {
  readonly at: number;
  readonly organization: string | undefined;
  readonly who: string;
  readonly requestId: string | undefined;
  readonly cmdlet: string;
  readonly kind: string | undefined;
  readonly objectId: string | undefined;
  readonly objectName: string | undefined;
  readonly outcome: string;
  /** JSON. */
  readonly detail: string;
}

export interface ChainedRow extends AuditRow {
  readonly previousHash: string;
  readonly hash: string;
}

export interface NumberedRow extends ChainedRow {
  readonly seq: number;
}

/** What is looked for in the audit; everything given must hold. */
export interface AuditQuery {
  /** An id; null: the system's own entries; undefined: all. */
  readonly organization: string | null | undefined;
  readonly who?: string;
  readonly cmdlets?: readonly string[];
  readonly objectId?: string;
  readonly kind?: string;
  readonly outcome?: string;
  /** Milliseconds since 1970: from, and before. */
  readonly since?: number;
  readonly until?: number;
  /** Entries beyond this one, in the order asked for. */
  readonly after?: number;
  readonly order: 'newest first' | 'oldest first';
  readonly limit: number;
}

/**
 * What a change does to the objects: all of it together or nothing. On behalf of an organisation no row of another one is seen, changed
 * or made; asking for them finds nothing.
 */
export interface StoreTransaction {
  /** In any order; those that are not there are left out. */
  rows(ids: readonly string[]): Promise<readonly StoredRow[]>;
  /**
   * The object with an id, and the first `limit` ones of the kind that have a value: whatever one identity may mean. With them
   * may come what they refer to by the properties `through`, as far as `FURTHEST_STEPS` references lead. In any order; a row may come twice.
   */
  either(query: EitherQuery): Promise<Either>;
  /** In the order of value and id. */
  find(query: IndexQuery): Promise<readonly IndexHit[]>;
  /** In the order of `by` and id; one that refers by two properties comes twice. */
  referrers(query: ReferrerQuery): Promise<readonly (ReferringProperty & { readonly id: string })[]>;
  /** In any order, each once. */
  ids(query: IdsQuery): Promise<readonly string[]>;
  walk(query: WalkQuery): Promise<readonly WalkedRow[]>;
  /** New objects. Rejects with `DATABASE_CONFLICT` when an id or a unique value is there already, whoever has it. */
  insert(puts: readonly Put[]): Promise<void>;
  /** False when the object is not there with the etag `before`. Rejects with `DATABASE_CONFLICT` as `insert` does. */
  update(put: Put, before: string): Promise<boolean>;
  /** With their index. */
  remove(ids: readonly string[]): Promise<void>;
  /** Hash of the last entry in the chain of an organisation or (undefined) of the system; '' for none. */
  lastHash(organization: string | undefined): Promise<string>;
  append(rows: readonly ChainedRow[]): Promise<void>;
  audited(query: AuditQuery): Promise<readonly NumberedRow[]>;
  /** Told to all listeners of all nodes when everything is committed. */
  announce(text: string): Promise<void>;
}

/** Where objects and audit are kept: memory, or our own database. */
export interface ObjectStore {
  /**
   * Runs `work` as if nobody else were there; what it rejects with undoes everything. It may be run again when somebody came between, so
   * it does nothing but use the transaction. `organization` undefined: the whole system.
   */
  transaction<T>(organization: string | undefined, work: (transaction: StoreTransaction) => Promise<T>): Promise<T>;
}
