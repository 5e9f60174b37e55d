import { definitionOf, type Kind } from '../objects/index.ts';

/** What was kept of an object, under the names that its properties have now; a value under the present name is the newer one. */
export function withPresentNames<V>(kind: Kind, values: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  const { formerly } = definitionOf(kind);
  if (formerly === undefined || !Object.keys(formerly).some(name => Object.hasOwn(values, name))) return values;
  const renamed = new Map<string, V>();
  for (const [name, value] of Object.entries(values)) {
    const present = Object.hasOwn(formerly, name) ? formerly[name] : undefined;
    if (present === undefined) renamed.set(name, value);
    else if (!Object.hasOwn(values, present)) renamed.set(present, value);
  }
  return Object.fromEntries(renamed);
}
