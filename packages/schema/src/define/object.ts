import type { Property, RecordProperty } from './property.ts';

/** A rule between two properties of one object, as data so that forms can show it too. */
export interface LessThanRule {
  readonly property: string;
  readonly lessThan: string;
}

/** One configurable object: everything that storage, API, shell, forms and documents need to know of it. */
export interface ObjectDefinition {
  /** The noun that administrators of the originals know: `UMMailboxPolicy`. */
  readonly kind: string;
  /** The same in the URL: `mailbox-policies`. */
  readonly path: string;
  /** The same as a word of the command line: `policy`. */
  readonly word: string;
  readonly summary: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly rules?: readonly LessThanRule[];
  /** Given when the object is made and not kept in it: they say what is made along with it. */
  readonly creation?: Readonly<Record<string, Property>>;
  /**
   * The reference that leads to what it belongs to, and by that to its organisation: `umDialPlan` of a policy. Without one the object
   * has an `organization` itself (or is one).
   */
  readonly ownedBy?: string;
  /** The reference within which names are unique: a hunt group's gateway. The organisation when not given. */
  readonly namedWithin?: string;
  /**
   * Properties beside the name by which people find it: `sipResourceIdentifier`; a reference means that whatever means the other object
   * means this one too (a mailbox is found by what its person is called).
   */
  readonly foundBy?: readonly string[];
  /** The reference to an object that takes this one along when it is removed: a hunt group goes with its gateway. */
  readonly goesWith?: string;
  /** There are so many of them that no node holds all in memory. */
  readonly numerous?: true;
  /** The name of the one object of the kind that every organisation has from its beginning and that cannot be removed: `Global`. */
  readonly always?: string;
  /** Never shown, listed, exported or told of in the history by its values: only the actions of the rules read it. */
  readonly secret?: true;
  /** Former name of a property -> its name now: objects that were kept under the former one are read all the same, and kept under the new one. */
  readonly formerly?: Readonly<Record<string, string>>;
  /** Shown, never given: worked out when the object is read. */
  readonly computed?: Readonly<Record<string, ComputedProperty>>;
}

/** What is worked out from an object and others when it is read. */
export interface ComputedProperty {
  readonly help: string;
  /** See `PropertyNotes.shown`. */
  readonly shown?: string;
  /** It is the name of what these references lead to, one after the other: a list that is narrowed by it begins at that end. */
  readonly via?: readonly string[];
}

type IntegerValue<P> = P extends { readonly orUnlimited: true } ? number | 'Unlimited' : number;

/** The TypeScript type of a property's value. */
export type ValueOf<P> = P extends { readonly type: 'flag' }
  ? boolean
  : P extends { readonly type: 'integer' }
    ? IntegerValue<P>
    : P extends { readonly type: 'choice'; readonly values: readonly (infer V)[] }
      ? V
      : P extends { readonly type: 'list'; readonly of: infer Of }
        ? Of extends RecordProperty
          ? readonly RecordOf<Of>[]
          : readonly string[]
        : string;

type NeededField<Fields> = {
  [K in keyof Fields]: Fields[K] extends { readonly required: true } | { readonly default: unknown } ? K : never;
}[keyof Fields];

/** The TypeScript type of an entry with parts. */
export type RecordOf<R extends RecordProperty> = {
  readonly [K in NeededField<R['fields']>]: ValueOf<R['fields'][K]>;
} & { readonly [K in Exclude<keyof R['fields'], NeededField<R['fields']>>]?: ValueOf<R['fields'][K]> };

type PresentKey<Properties> = {
  [K in keyof Properties]: Properties[K] extends { readonly required: true } | { readonly default: unknown }
    ? K
    : never;
}[keyof Properties];

type RequiredKey<Properties> = {
  [K in keyof Properties]: Properties[K] extends { readonly required: true } ? K : never;
}[keyof Properties];

/** An object as the program sees it: `id`, and every property that is required or has a default is present. */
export type ObjectOf<D extends ObjectDefinition> = { readonly id: string } & {
  readonly [K in PresentKey<D['properties']>]: ValueOf<D['properties'][K]>;
} & { readonly [K in Exclude<keyof D['properties'], PresentKey<D['properties']>>]?: ValueOf<D['properties'][K]> };

/** What must be given to make an object: the required properties; all others may be. */
export type InputOf<D extends ObjectDefinition> = {
  readonly [K in RequiredKey<D['properties']>]: ValueOf<D['properties'][K]>;
} & { readonly [K in Exclude<keyof D['properties'], RequiredKey<D['properties']>>]?: ValueOf<D['properties'][K]> };

/** Declares an object; its TypeScript type is inferred by `ObjectOf`. */
export function defineObject<const D extends ObjectDefinition>(definition: D): D {
  return definition;
}
