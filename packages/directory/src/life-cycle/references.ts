import { definitionOf, isKind, type Kind, type Property } from '@parley/schema';
import type { Catalogue } from '../lookup/catalogue.ts';
import { idsOf } from './identity.ts';

/** Own enumerable properties of anything from outside; undefined when it is no record. */
function recordOf(input: unknown): Map<string, unknown> | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  return new Map<string, unknown>(Object.entries(input));
}

/** The id that a reference means when that is clear; otherwise the value as it is, for the checks to complain about. */
function resolved(catalogue: Catalogue, property: Property, value: unknown): unknown {
  if (property.type !== 'ref' || typeof value !== 'string' || !isKind(property.to)) return value;
  const ids = idsOf(catalogue, property.to, value);
  return ids.length === 1 ? ids[0] : value;
}

function refsOf(kind: Kind): [string, Property][] {
  const { properties, creation = {} } = definitionOf(kind);
  return Object.entries({ ...properties, ...creation }).filter(([, property]) => property.type === 'ref');
}

/** References given as names become ids. */
export function withIds(catalogue: Catalogue, kind: Kind, input: unknown): unknown {
  const record = recordOf(input);
  if (!record) return input;
  for (const [name, property] of refsOf(kind))
    if (record.has(name)) record.set(name, resolved(catalogue, property, record.get(name)));
  return Object.fromEntries(record);
}

/** A required reference that was not given means the only object there is: nobody names the organisation when there is one. */
export function withOnlyChoices(catalogue: Catalogue, kind: Kind, input: unknown): unknown {
  const record = recordOf(input);
  if (!record) return input;
  for (const [name, property] of refsOf(kind)) {
    if (property.type !== 'ref' || !property.required || record.has(name) || !isKind(property.to)) continue;
    const [only, ...others] = catalogue.world.all(property.to);
    if (only && others.length === 0) record.set(name, only.id);
  }
  return Object.fromEntries(record);
}
