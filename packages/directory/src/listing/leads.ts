import { definitionOf, type Filter, type Kind } from '@parley/schema';
import { comparable } from '../life-cycle/comparable.ts';
import { type IndexedProperty, indexedProperties, referencePlaces } from '../life-cycle/declared.ts';

/** What an index says of objects: that a property has one of these values, or begins so. */
export type Lead =
  | {
      readonly kind: Kind;
      readonly property: string;
      readonly values: readonly string[];
      /** References that lead from the wanted objects to those of `kind`, one after the other. */
      readonly through: readonly string[];
    }
  | { readonly kind: Kind; readonly property: string; readonly prefix: string; readonly through: readonly [] };

/** One object for which a filter holds is found by one of the leads at least; undefined: by none, and all have to be looked at. */
export function leadsOf(kind: Kind, filter: Filter | undefined): readonly Lead[] | undefined {
  switch (filter?.op) {
    case undefined:
    case 'not':
      return undefined;
    case 'and':
      return best(filter.of.map(each => leadsOf(kind, each)));
    case 'or':
      return joined(filter.of.map(each => leadsOf(kind, each)));
    case 'eq':
    case 'contains':
    case 'like':
      return typeof filter.value === 'string' && filter.value !== ''
        ? leadOf(kind, filter.property, { value: filter.value, isPattern: filter.op === 'like' })
        : undefined;
    default:
      return undefined;
  }
}

/** Of conditions that must all hold one is enough: a value leads to fewer objects than how one begins. */
function best(all: readonly (readonly Lead[] | undefined)[]): readonly Lead[] | undefined {
  const known = all.filter(each => each !== undefined);
  return known.find(leads => leads.every(lead => 'values' in lead)) ?? known[0];
}

function joined(all: readonly (readonly Lead[] | undefined)[]): readonly Lead[] | undefined {
  const leads: Lead[] = [];
  for (const each of all) {
    if (each === undefined) return undefined;
    leads.push(...each);
  }
  const groups = Map.groupBy(leads, lead => ('prefix' in lead ? lead : [lead.property, ...lead.through].join(' ')));
  return [...groups.values()].flatMap(([first, ...more]): Lead[] => {
    if (!first) return [];
    if ('prefix' in first) return [first, ...more];
    return [{ ...first, values: [...first.values, ...more.flatMap(lead => ('values' in lead ? lead.values : []))] }];
  });
}

interface Wanted {
  readonly value: string;
  readonly isPattern: boolean;
}

function leadOf(kind: Kind, property: string, { value, isPattern }: Wanted): readonly Lead[] | undefined {
  const cut = isPattern ? value.search(/[*?]/) : -1;
  const indexed = indexedProperties(kind).find(each => each.property === property);
  if (!indexed) return cut < 0 ? leadThrough(kind, property, value) : undefined;
  if (cut < 0) return [{ kind, property, values: [comparable(indexed.declared, value)], through: [] }];
  const prefix = comparable(indexed.declared, value.slice(0, cut));
  return isInOrder(indexed) && prefix !== '' ? [{ kind, property, prefix, through: [] }] : undefined;
}

/** What is worked out is often the name of something that references lead to. */
function leadThrough(kind: Kind, property: string, value: string): readonly Lead[] | undefined {
  const { computed = {} } = definitionOf(kind);
  const via = Object.hasOwn(computed, property) ? computed[property]?.via : undefined;
  let to: Kind | undefined = kind;
  for (const reference of via ?? []) to = to && referencePlaces(to).find(each => each.property === reference)?.to;
  const name = to && via ? indexedProperties(to).find(each => each.property === 'name') : undefined;
  return to && via && name
    ? [{ kind: to, property: 'name', values: [comparable(name.declared, value)], through: via }]
    : undefined;
}

/**
 * Whether the index has the objects of a kind in the order of a property's values, every one of them once, and a value as it is written: of
 * addresses it has them without their scheme.
 */
export const isInOrder = ({ property, listed }: IndexedProperty): boolean => property === 'name' || listed;
