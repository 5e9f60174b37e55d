import { ParleyError } from '@parley/base';
import type { Kind, OfKind, Problem } from '@parley/schema';

/** An object as administrators get it. */
export interface Stored<K extends Kind = Kind> {
  readonly kind: K;
  readonly object: OfKind<K>;
  /** Changes with every change; give it back to change or remove what you have seen. */
  readonly etag: string;
  /** Property -> name of the object whose id it holds. */
  readonly references: Readonly<Record<string, string>>;
}

/** An object that is gone. */
export interface Removed {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
}

export interface ListOptions {
  /** Most objects returned; 1,000 by default. */
  readonly limit?: number;
  /** Only objects whose name, display name, extensions or address contain this text. */
  readonly text?: string;
}

/** Any etag: change whatever is there. */
export const ANY_ETAG = '*';

/**
 * The objects as administrators work with them. An identity is an id or a name; for a mailbox also its SIP address or an
 * extension that only one dial plan has, for a hunt group `Gateway\Name`. References may be given as identities too.
 * A change is seen by calls before its promise resolves. Operational failures, all `ParleyError`:
 * `OBJECT_NOT_FOUND`, `OBJECT_AMBIGUOUS`, `OBJECT_INVALID` (an `ObjectInvalid`), `OBJECT_CHANGED` (the etag is not the present
 * one), `OBJECT_IN_USE`, and those of the database.
 */
export interface Objects {
  /** In the order of their names. */
  list<K extends Kind>(kind: K, options?: ListOptions): Promise<readonly Stored<K>[]>;
  get<K extends Kind>(kind: K, identity: string): Promise<Stored<K>>;
  /** Makes an object and what the life-cycle rules make along with it; resolves with the object itself. */
  create<K extends Kind>(kind: K, input: unknown): Promise<Stored<K>>;
  /** `patch` names what changes; `null` takes a property back to its default. */
  change<K extends Kind>(kind: K, identity: string, change: Change): Promise<Stored<K>>;
  /** Resolves with everything that went, the object first. */
  remove(kind: Kind, identity: string, etag: string): Promise<readonly Removed[]>;
}

export interface Change {
  readonly etag: string;
  readonly patch: unknown;
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
