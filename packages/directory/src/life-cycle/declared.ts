import { definitionOf, isKind, type Kind, kinds, type Property } from '@parley/schema';
import type { ReferringProperty } from '../store/object-store.ts';

/** A property, or a field of the records in one, that holds ids of objects. */
export interface ReferencePlace {
  readonly property: string;
  readonly field?: string;
  readonly to: Kind;
  readonly required: boolean;
}

/** A property by whose values objects are found. */
export interface IndexedProperty {
  readonly property: string;
  readonly declared: Property;
  readonly unique: 'nowhere' | 'within its organization' | 'within' | 'everywhere';
  /** References that lead, one after the other, to the object within which values are unique. */
  readonly within: readonly string[];
  /** Every object has exactly one value, '' when it was given none. */
  readonly listed: boolean;
}

function placesIn(property: string, declared: Property): ReferencePlace[] {
  const place = (to: string, required: boolean, field?: string): ReferencePlace[] =>
    isKind(to) ? [{ property, to, required, ...(field === undefined ? {} : { field }) }] : [];
  if (declared.type === 'ref') return place(declared.to, declared.required === true);
  if (declared.type !== 'list') return [];
  const { of } = declared;
  if (of.type === 'ref') return place(of.to, false);
  if (of.type !== 'record') return [];
  return Object.entries(of.fields).flatMap(([field, each]) =>
    each.type === 'ref' ? place(each.to, false, field) : [],
  );
}

function isUnique(declared: Property): true | 'everywhere' | undefined {
  if (declared.type === 'text') return declared.unique;
  return declared.type === 'list' && declared.of.type === 'text' ? declared.of.unique : undefined;
}

function indexedAs(kind: Kind, property: string, declared: Property): IndexedProperty | undefined {
  const { namedWithin, foundBy = [] } = definitionOf(kind);
  const unique = isUnique(declared);
  const isName = property === 'name';
  const listed = declared.type === 'text' && declared.listed === true;
  const base = { property, declared, within: [], listed };
  if (declared.uniqueWithin) return { ...base, unique: 'within', within: declared.uniqueWithin };
  // An organisation is in none: its name is unique among all.
  if (unique === 'everywhere' || (unique && kind === 'Organization')) return { ...base, unique: 'everywhere' };
  if (namedWithin !== undefined && (unique || isName)) return { ...base, unique: 'within', within: [namedWithin] };
  if (unique) return { ...base, unique: 'within its organization' };
  const isFound = isName || listed || foundBy.includes(property) || placesIn(property, declared).length > 0;
  return isFound ? { ...base, unique: 'nowhere' } : undefined;
}

const everyProperty = (kind: Kind): [string, Property][] => Object.entries(definitionOf(kind).properties);

const INDEXED: ReadonlyMap<Kind, readonly IndexedProperty[]> = new Map(
  kinds.map(kind => [kind, everyProperty(kind).flatMap(([name, each]) => indexedAs(kind, name, each) ?? [])]),
);

const PLACES: ReadonlyMap<Kind, readonly ReferencePlace[]> = new Map(
  kinds.map(kind => [kind, everyProperty(kind).flatMap(([name, each]) => placesIn(name, each))]),
);

/** By which properties the objects of a kind are found. */
export const indexedProperties = (kind: Kind): readonly IndexedProperty[] => INDEXED.get(kind) ?? [];

/** Whether the objects of a kind have names. */
export const hasName = (kind: Kind): boolean => Object.hasOwn(definitionOf(kind).properties, 'name');

/** Where the objects of a kind hold ids of others. */
export const referencePlaces = (kind: Kind): readonly ReferencePlace[] => PLACES.get(kind) ?? [];

/** Properties of whatever kind that refer to one object: a way along them never branches. */
export const SINGLE_REFERENCES: readonly string[] = [
  ...new Set(
    kinds.flatMap(kind =>
      everyProperty(kind).flatMap(([name, { type, ...of }]) =>
        type === 'ref' && 'to' in of && isKind(of.to) ? [name] : [],
      ),
    ),
  ),
];

/** The references among the parameters of a kind's creation. */
export const creationPlaces = (kind: Kind): readonly ReferencePlace[] =>
  Object.entries(definitionOf(kind).creation ?? {}).flatMap(([name, each]) => placesIn(name, each));

const REFERRING: ReadonlyMap<Kind, readonly ReferringProperty[]> = new Map(
  kinds.map(to => [
    to,
    kinds.flatMap(kind => {
      const properties = new Set(referencePlaces(kind).flatMap(place => (place.to === to ? [place.property] : [])));
      return [...properties].map(property => ({ kind, property }));
    }),
  ]),
);

/** The properties of all kinds that refer to objects of a kind, in the order of the kinds. */
export const referringTo = (kind: Kind): readonly ReferringProperty[] => REFERRING.get(kind) ?? [];

/** The reference that leads to what an object belongs to; undefined for organisations. */
export function ownerOf(kind: Kind): string | undefined {
  return kind === 'Organization' ? undefined : (definitionOf(kind).ownedBy ?? 'organization');
}

/** Kinds of which every organisation has one object from its beginning, with its name. */
export const ALWAYS: readonly { readonly kind: Kind; readonly name: string }[] = kinds.flatMap(kind => {
  const { always } = definitionOf(kind);
  return always === undefined ? [] : [{ kind, name: always }];
});

/** Properties of a kind on which the uniqueness of what refers to it depends: the dial plan of a policy, for its mailboxes' extensions. */
export function leadingOn(kind: Kind): readonly { readonly property: string; readonly from: ReferringProperty }[] {
  return LEADING.get(kind) ?? [];
}

function leads(): Map<Kind, { property: string; from: ReferringProperty }[]> {
  const all = new Map<Kind, { property: string; from: ReferringProperty }[]>();
  for (const kind of kinds)
    for (const { within } of indexedProperties(kind)) {
      let from: ReferringProperty | undefined;
      let at: Kind | undefined = kind;
      for (const property of within) {
        if (at !== undefined && from !== undefined) all.set(at, [...(all.get(at) ?? []), { property, from }]);
        from = at && { kind: at, property };
        at = at && referencePlaces(at).find(place => place.property === property)?.to;
      }
    }
  return all;
}

const LEADING: ReadonlyMap<Kind, readonly { property: string; from: ReferringProperty }[]> = leads();

const IDENTIFIED: ReadonlyMap<Kind, ReadonlySet<Kind>> = identified();

/** Kinds whose objects may go by another identity when an object of this kind is changed: itself, and those found by or named within it. */
export const identifiedBy = (kind: Kind): ReadonlySet<Kind> => IDENTIFIED.get(kind) ?? new Set();

function identified(): Map<Kind, Set<Kind>> {
  const all = new Map(kinds.map(kind => [kind, new Set([kind])]));
  const leads = kinds.flatMap(kind => {
    const { foundBy = [], namedWithin } = definitionOf(kind);
    const names = new Set([...foundBy, namedWithin]);
    return referencePlaces(kind).flatMap(({ property, to }) => (names.has(property) ? [{ kind, to }] : []));
  });
  // As often as identities lead from one kind to the next.
  for (let step = 0; step < 3; step++)
    for (const { kind, to } of leads) for (const each of all.get(kind) ?? []) all.get(to)?.add(each);
  return all;
}
