import type { Creation, Kind, OfKind, Problem } from '@parley/schema';
import type { By } from '../../objects.ts';

/** What rules know beside the objects. */
export interface Rules {
  /** Languages that prompts exist in; undefined accepts every well-formed one. */
  readonly languages?: readonly string[];
}

/** Whoever refers to an object, and by which property. */
export interface Referrer {
  readonly kind: Kind;
  readonly id: string;
  readonly property: string;
}

/**
 * What rules see: the objects of one organisation, inside the transaction of the change, with what it has changed so far. Nothing
 * outside the organisation is ever found.
 */
export interface Lookup {
  /** The organisation that it looks in; undefined: organisations themselves are worked on, and everything is seen. */
  readonly organization: string | undefined;
  get<K extends Kind>(kind: K, id: string): Promise<OfKind<K> | undefined>;
  /**
   * By a property that is indexed: a name, one of `foundBy`, a unique one, a reference (also in lists and records). Upper and lower case
   * are equal. 100 by default. Throws a `Bug` for other properties.
   */
  find<K extends Kind>(
    kind: K,
    property: string,
    value: string,
    options?: { readonly limit?: number },
  ): Promise<readonly OfKind<K>[]>;
  /** Every object of a kind, in the order of names; throws a `Bug` for `numerous` kinds. */
  all<K extends Kind>(kind: K): Promise<readonly OfKind<K>[]>;
  /** The object that an identity means, as administrators give it (see `Objects`). Throws `OBJECT_NOT_FOUND`, `OBJECT_AMBIGUOUS`. */
  meant<K extends Kind>(kind: K, identity: string): Promise<OfKind<K>>;
  /** Who refers to the object; 100 by default. */
  referrers(id: string, options?: { readonly limit?: number }): Promise<readonly Referrer[]>;
}

/** A change that rules want made in the same transaction. The engine validates it as if an administrator had asked for it. */
export type WantedChange =
  | { readonly what: 'create'; readonly kind: Kind; readonly input: unknown }
  | {
      readonly what: 'change';
      readonly kind: Kind;
      readonly id: string;
      readonly patch: unknown;
      /** The answer of the action is not about it. */
      readonly beside?: true;
    }
  | { readonly what: 'remove'; readonly kind: Kind; readonly id: string };

/** What an action works with. */
export interface ActionContext<K extends Kind> {
  /** The object that the identity means; undefined when no identity was given. */
  readonly object: OfKind<K> | undefined;
  /** As the cmdlet was given them, by the names of its parameters (`parameters` of its declaration), not checked by the engine. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly lookup: Lookup;
  readonly by: By;
  readonly settings: Rules;
  /** Wall time, milliseconds since 1970. */
  readonly now: number;
}

/** What an action wants. */
export interface ActionResult {
  /** Made in this order. */
  readonly changes?: readonly WantedChange[];
  /** Objects that the answer shows; those made and changed when not given. */
  readonly shows?: readonly { readonly kind: Kind; readonly id: string }[];
  readonly warnings?: readonly string[];
  /** What it answers beside objects: plain data. */
  readonly result?: unknown;
}

export type Action<K extends Kind> = (context: ActionContext<K>) => Promise<ActionResult>;

export interface CheckContext<K extends Kind> {
  /** As it was; undefined when it is made. */
  readonly before: OfKind<K> | undefined;
  readonly lookup: Lookup;
  readonly settings: Rules;
}

/**
 * What is particular about a kind. References, unique names, `fixedAfterCreate`, "is used by", `goesWith`, `always`, `namedWithin`,
 * history and audit come from its declaration and are not repeated here.
 */
export interface KindRules<K extends Kind> {
  /** What is wrong with an object that is valid by itself and whose references are good. */
  check?(object: OfKind<K>, context: CheckContext<K>): Promise<readonly Problem[]>;
  /** What is made together with a new object. */
  along?(
    object: OfKind<K>,
    creation: Creation,
    lookup: Lookup,
  ): Promise<readonly { readonly kind: Kind; readonly input: unknown }[]>;
  /** Why it cannot be removed, beside its users; undefined when it can. */
  refusesRemoval?(object: OfKind<K>, lookup: Lookup): Promise<string | undefined>;
  /** What is worked out when it is read, by the names of `computed` in the declaration. */
  computed?(object: OfKind<K>, lookup: Lookup, settings?: Rules): Promise<Readonly<Record<string, unknown>>>;
  readonly actions?: Readonly<Record<string, Action<K>>>;
}
