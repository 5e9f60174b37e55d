import { ParleyError } from '@parley/base';
import { type OfKind, OU_OBJECT_TYPES, type Problem, problem } from '@parley/schema';
import { upwards } from './cs-organizational-unit.ts';
import { type Given, givenIn, invalid, textIn } from './cs-read.ts';
import type { Action, KindRules, Lookup } from './rule.ts';

type ObjectType = (typeof OU_OBJECT_TYPES)[number];

const spelled = (word: string): ObjectType | undefined =>
  OU_OBJECT_TYPES.find(each => each.toLowerCase() === word.trim().toLowerCase());

/** One to all object types: a list, or a text with commas. */
function typesIn(parameters: Given): ObjectType[] {
  const value = givenIn(parameters, 'ObjectType');
  const words: unknown[] = Array.isArray(value) ? value : [value];
  const parts = words.flatMap(word => (typeof word === 'string' ? word.split(',') : [word]));
  const types = parts.map(part => (typeof part === 'string' ? spelled(part) : undefined));
  const known = types.filter(type => type !== undefined);
  if (known.length === types.length && known.length > 0) return [...new Set(known)];
  throw invalid(problem('ObjectType', value ?? undefined, `one or more of ${OU_OBJECT_TYPES.join(', ')}`));
}

const permissionOf = async (unit: { readonly name: string }, lookup: Lookup) =>
  (await lookup.find('CsOUPermission', 'name', unit.name, { limit: 1 })).at(0);

/** What may be made and changed in a unit, by what was granted for it and for those above it. */
async function allowedIn(unit: OfKind<'OrganizationalUnit'>, lookup: Lookup): Promise<ReadonlySet<string>> {
  const allowed = new Set<string>();
  for (const name of upwards(unit.name))
    for (const type of (await permissionOf({ name }, lookup))?.objectTypes ?? []) allowed.add(type);
  return allowed;
}

/** Refuses a contact in a unit that nobody has opened for contacts. Throws `FORBIDDEN`. */
export async function checkContactsAllowed(unit: OfKind<'OrganizationalUnit'>, lookup: Lookup): Promise<void> {
  const allowed = await allowedIn(unit, lookup);
  if (allowed.has('Contact') || allowed.has('AppContact')) return;
  throw new ParleyError(
    'FORBIDDEN',
    `contacts may not be made or changed in ${unit.name}: Grant-CsOUPermission -OU "${unit.name}" -ObjectType "Contact" allows it`,
  );
}

const meantUnit = (parameters: Given, lookup: Lookup) =>
  lookup.meant('OrganizationalUnit', textIn(parameters, 'OU', 'an organisational unit'));

const grant: Action<'CsOUPermission'> = async ({ parameters, lookup }) => {
  const unit = await meantUnit(parameters, lookup);
  const types = typesIn(parameters);
  const kept = await permissionOf(unit, lookup);
  if (kept) {
    const objectTypes = [...new Set([...kept.objectTypes, ...types])];
    return { changes: [{ what: 'change', kind: 'CsOUPermission', id: kept.id, patch: { objectTypes } }] };
  }
  const input = { name: unit.name, ou: unit.id, objectTypes: types, organization: unit.organization };
  return { changes: [{ what: 'create', kind: 'CsOUPermission', input }] };
};

const revoke: Action<'CsOUPermission'> = async ({ parameters, lookup }) => {
  const unit = await meantUnit(parameters, lookup);
  const types: readonly string[] = typesIn(parameters);
  const kept = await permissionOf(unit, lookup);
  if (!kept) return { warnings: [`nothing was granted for ${unit.name} itself`] };
  const objectTypes = kept.objectTypes.filter(type => !types.includes(type));
  return objectTypes.length > 0
    ? { changes: [{ what: 'change', kind: 'CsOUPermission', id: kept.id, patch: { objectTypes } }] }
    : { changes: [{ what: 'remove', kind: 'CsOUPermission', id: kept.id }] };
};

/** `Test-CsOUPermission`: whether all of the types may be made and changed there. */
const test: Action<'CsOUPermission'> = async ({ parameters, lookup }) => {
  const unit = await meantUnit(parameters, lookup);
  const allowed = await allowedIn(unit, lookup);
  return { result: typesIn(parameters).every(type => allowed.has(type)) };
};

function typeProblems({ objectTypes }: OfKind<'CsOUPermission'>): Problem[] {
  const wrong = objectTypes.find(type => !OU_OBJECT_TYPES.some(each => each === type));
  return wrong === undefined ? [] : [problem('objectTypes', wrong, `one of ${OU_OBJECT_TYPES.join(', ')}`)];
}

export const csOUPermissionRules: KindRules<'CsOUPermission'> = {
  async check(permission, { lookup }) {
    const unit = await lookup.get('OrganizationalUnit', permission.ou);
    const isNamed = unit?.name.toLowerCase() === permission.name.toLowerCase();
    return [
      ...(isNamed ? [] : [problem('name', permission.name, 'the distinguished name of its unit')]),
      ...typeProblems(permission),
    ];
  },
  actions: { grant, revoke, test },
};
