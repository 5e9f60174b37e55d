import type { Filter, Kind } from '@parley/schema';
import { comparable } from '../life-cycle/comparable.ts';
import { indexedProperties } from '../life-cycle/declared.ts';

/** An index that leads to all objects for which a filter may hold, and to few others. */
export type Driver =
  | { readonly property: string; readonly value: string }
  | { readonly property: 'name'; readonly prefix: string };

/** The best index for a filter; undefined when all objects have to be looked at. */
export function driverOf(kind: Kind, filter: Filter | undefined): Driver | undefined {
  const drivers = conditionsOf(filter).flatMap(each => driverFor(kind, each) ?? []);
  return drivers.find(each => 'value' in each) ?? drivers[0];
}

/** Conditions that must all hold. */
function conditionsOf(filter: Filter | undefined): Filter[] {
  if (!filter) return [];
  return filter.op === 'and' ? filter.of.flatMap(conditionsOf) : [filter];
}

function driverFor(kind: Kind, filter: Filter): Driver | undefined {
  if (filter.op !== 'eq' && filter.op !== 'contains' && filter.op !== 'like') return undefined;
  const { property, value } = filter;
  const indexed = indexedProperties(kind).find(each => each.property === property);
  if (!indexed || typeof value !== 'string' || value === '') return undefined;
  const cut = filter.op === 'like' ? value.search(/[*?]/) : -1;
  if (cut < 0) return { property, value: comparable(indexed.declared, value) };
  const prefix = comparable(indexed.declared, value.slice(0, cut));
  // Other schemes and signs are cut off in front of addresses: what begins like that is not what was written.
  return property === 'name' && prefix !== '' ? { property, prefix } : undefined;
}
