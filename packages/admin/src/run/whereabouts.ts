import type { Stored } from '@parley/directory';
import { type CmdletDefinition, definitionOf, type Kind, scopeOf } from '@parley/schema';
import type { Bound } from './bind.ts';

export type Values = Readonly<Record<string, unknown>>;

/** An object as rights look at it: units and sites by name, all other references by id. */
export function valuesOf({ kind, object, references, computed }: Stored): Values {
  const all = new Map<string, unknown>([...Object.entries(computed), ...Object.entries(object)]);
  for (const place of ['ou', 'site']) if (references[place] !== undefined) all.set(place, references[place]);
  // A unit is in itself.
  if (kind === 'OrganizationalUnit') all.set('ou', all.get('name'));
  return Object.fromEntries(all);
}

/** The site that a configuration is for: by its name, `Site:Redmond` or `Site:Redmond/Internal`, or because it belongs to one. */
export function siteOf(kind: Kind, { name, site }: Values): string | undefined {
  const { scope, of } = scopeOf(typeof name === 'string' ? scopeIn(kind, name) : '');
  if (scope === 'Site') return of;
  return typeof site === 'string' ? site : undefined;
}

/** The scope of a name: of a rule it is what stands in front of the rule's own name. */
function scopeIn(kind: Kind, name: string): string {
  const declared = definitionOf(kind).properties.name;
  const cut = declared?.type === 'text' && declared.format === 'scoped name' ? name.lastIndexOf('/') : -1;
  return cut < 0 ? name : name.slice(0, cut);
}

/** Where an action puts what it makes, by the parameters that say so: properties as rights look at them. */
export function placeGiven({ parameters }: CmdletDefinition, { named }: Bound): Values {
  const given: [string, unknown][] = [];
  for (const [name, { places }] of Object.entries(parameters)) {
    const value = named[name];
    if (places === undefined || typeof value !== 'string') continue;
    given.push([places, places === 'name' && !value.includes('/') ? `${value}/` : value]);
  }
  return Object.fromEntries(given);
}
