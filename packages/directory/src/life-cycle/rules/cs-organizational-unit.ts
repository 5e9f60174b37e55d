import { type OfKind, type Problem, problem } from '@parley/schema';
import { propertiesIn, textIn } from './cs-read.ts';
import type { Action, KindRules, Lookup } from './rule.ts';

/** What stands above in the tree: `dc=example,dc=org` above `ou=Finance,dc=example,dc=org`; empty at the top. */
export const parentOf = (distinguishedName: string): string => {
  const cut = distinguishedName.indexOf(',');
  return cut < 0 ? '' : distinguishedName.slice(cut + 1);
};

const isUnit = (distinguishedName: string) => distinguishedName.toLowerCase().startsWith('ou=');

/** A unit and everything above it, the nearest first. At most as many as its name has parts. */
export function upwards(distinguishedName: string): string[] {
  const all: string[] = [];
  for (let name = distinguishedName; name !== ''; name = parentOf(name)) all.push(name);
  return all;
}

const unitNamed = async (name: string, lookup: Lookup) =>
  (await lookup.find('OrganizationalUnit', 'name', name, { limit: 1 })).at(0);

async function placeProblems({ name, leafName }: OfKind<'OrganizationalUnit'>, lookup: Lookup): Promise<Problem[]> {
  if (name.slice(0, Math.max(name.indexOf(','), 0)).toLowerCase() !== `ou=${leafName}`.toLowerCase())
    return [problem('name', name, `the place of ${JSON.stringify(leafName)}: ou=${leafName}, and its parent`)];
  const parent = parentOf(name);
  if (!isUnit(parent) || (await unitNamed(parent, lookup))) return [];
  return [problem('name', name, `in an existing unit; there is no ${parent}`)];
}

/** `New-OrganizationalUnit`: the distinguished name is made of the unit's own name and its place. */
const newUnit: Action<'OrganizationalUnit'> = async ({ parameters, lookup }) => {
  const leafName = textIn(parameters, 'Name', 'the name of the unit');
  const path = textIn(parameters, 'Path', 'another unit, or a domain such as dc=example,dc=org');
  const parent = path.includes('=') ? path : (await lookup.meant('OrganizationalUnit', path)).name;
  const { description } = propertiesIn(parameters, 'OrganizationalUnit', ['description']);
  const organization = lookup.organization ?? parameters.Tenant;
  const input = { name: `ou=${leafName},${parent}`, leafName, description, organization };
  return { changes: [{ what: 'create', kind: 'OrganizationalUnit', input }] };
};

export const organizationalUnitRules: KindRules<'OrganizationalUnit'> = {
  check: (unit, { lookup }) => placeProblems(unit, lookup),
  async refusesRemoval({ name }, lookup) {
    const below = `,${name.toLowerCase()}`;
    const units = (await lookup.all('OrganizationalUnit')).filter(unit => unit.name.toLowerCase().endsWith(below));
    return units.length > 0 ? `has ${units.map(unit => unit.name).join('; ')} in it` : undefined;
  },
  actions: { 'new-unit': newUnit },
};
