import { ParleyError } from '@parley/base';
import type { Filter, Kind, OfKind, Problem } from '@parley/schema';
import type { AuditEntry } from './audit/audit-entry.ts';

/**
 * On whose behalf. `organization`: nothing outside it is seen or touched, and an identity outside is simply not found; undefined: the
 * whole system.
 */
export interface By {
  /** Shown in history and audit: "ann", "system". */
  readonly who: string;
  /** The id of an organisation. */
  readonly organization?: string;
  /** The name of the cmdlet that asks, for history and audit. */
  readonly cmdlet?: string;
  readonly requestId?: string;
  /** Check everything and tell what would change, change nothing (-WhatIf). */
  readonly trial?: true;
}

/** An object as administrators get it. */
export interface Stored<K extends Kind = Kind> {
  readonly kind: K;
  readonly object: OfKind<K>;
  /** Changes with every change; give it back to change or remove what you have seen. */
  readonly etag: string;
  /** Property -> name of the object whose id it holds, or the names of all of them; of a list of records `property.field` -> names. */
  readonly references: Readonly<Record<string, string | readonly string[]>>;
  /** What the rules of the kind work out when it is read. */
  readonly computed: Readonly<Record<string, unknown>>;
}

export interface Page<K extends Kind = Kind> {
  readonly objects: readonly Stored<K>[];
  /** There are more: give it as `after`. Opaque. */
  readonly next?: string;
}

/** An object that is gone. */
export interface Removed {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
}

export interface ListOptions {
  /** Most objects returned, 1 to 1,000; 1,000 by default. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
  /** Only objects whose name, display name, extensions or address contain this text. */
  readonly text?: string;
  readonly filter?: Filter;
  /** In the order of their names when not given. */
  readonly sort?: readonly Sort[];
}

export interface Sort {
  readonly property: string;
  readonly descending?: true;
}

/** Any etag: change whatever is there. */
export const ANY_ETAG = '*';

/**
 * The objects as administrators work with them. An identity is an id or a name, `Within\Name` where names are unique within an object
 * of that name, or the value of a property by which the kind is found (for a mailbox its SIP address, or an extension that only one
 * dial plan has). References may be given as identities too. A change is committed, and announced to every listener, when its promise
 * resolves. Operational failures, all `ParleyError`: `OBJECT_NOT_FOUND`, `OBJECT_AMBIGUOUS`, `OBJECT_INVALID` (an `ObjectInvalid`),
 * `OBJECT_CHANGED` (the etag is not the present one), `OBJECT_IN_USE`, and those of the database.
 */
export interface Objects {
  list<K extends Kind>(kind: K, options: ListOptions, by: By): Promise<Page<K>>;
  get<K extends Kind>(kind: K, identity: string, by: By): Promise<Stored<K>>;
  /** Makes an object and what the life-cycle rules make along with it; resolves with the object itself. */
  create<K extends Kind>(kind: K, input: unknown, by: By): Promise<Stored<K>>;
  /** Changes what `patch` names. */
  change<K extends Kind>(kind: K, identity: string, change: Change, by: By): Promise<Stored<K>>;
  /** Resolves with everything that went, the object first. */
  remove(kind: Kind, identity: string, etag: string, by: By): Promise<readonly Removed[]>;
  /** An action that the rules of the kind declare: 'enable', 'disable', 'grant'. Throws a `Bug` when they do not. */
  act(kind: Kind, action: string, request: ActRequest, by: By): Promise<Acted>;
  /** All or nothing, in one transaction: when there are refused inputs, nothing was made. */
  createAll(kind: Kind, inputs: readonly unknown[], by: By, onProgress?: (done: number) => void): Promise<CreatedAll>;
  /** What happened to an object, the newest first; the last 1,000 entries. */
  history(kind: Kind, identity: string, by: By): Promise<readonly AuditEntry[]>;
}

export interface Change {
  readonly etag: string;
  /**
   * Property -> new value; `null` takes it back to its default. A list may be `{ add?: value[], remove?: value[] }`, in any case of the
   * two words.
   */
  readonly patch: unknown;
}

export interface ActRequest {
  readonly identity?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What came of an action: the objects that it is about as they are now (in a trial, as they would be). */
export interface Acted {
  readonly objects: readonly Stored[];
  readonly warnings: readonly string[];
  readonly result?: unknown;
}

export interface CreatedAll {
  readonly made: number;
  /** In the order of `index`, the place in the inputs. */
  readonly refused: readonly RefusedInput[];
}

export interface RefusedInput {
  readonly index: number;
  readonly problems: readonly Problem[];
}

/** An input that no object can be made of; `problems` has each property that is wrong. */
export class ObjectInvalid extends ParleyError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('OBJECT_INVALID', problems.map(each => each.message).join('; '));
    this.name = 'ObjectInvalid';
    this.problems = problems;
  }
}
