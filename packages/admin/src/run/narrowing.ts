import { codeOf } from '@parley/base';
import { ObjectInvalid, type Stored } from '@parley/directory';
import {
  canonicalIdentity,
  definitionOf,
  type Filter,
  identityLike,
  isKind,
  type Parameter,
  remark,
} from '@parley/schema';
import { liesIn } from '../access/distinguished-name.ts';
import type { ListingRequest } from './listing.ts';
import { nameOf } from './shown.ts';

/** Most objects that a listing may be narrowed to by way of others. */
const MOST_BETWEEN = 1000;

/** What a cmdlet's own parameters leave out of a listing. */
export async function narrowings(request: ListingRequest): Promise<Filter[]> {
  const all: Filter[] = [];
  for (const [name, parameter] of Object.entries(request.cmdlet.parameters)) {
    const filter = await narrowing(name, parameter, request);
    if (filter) all.push(filter);
  }
  return all;
}

async function narrowing(name: string, parameter: Parameter, request: ListingRequest): Promise<Filter | undefined> {
  const { reveals, narrows, isPattern, below } = parameter;
  const value = request.bound.named[name];
  if (reveals !== undefined && value !== true) return { op: 'ne', property: reveals, value: true };
  if (!isSimple(value)) return undefined;
  if (isPattern) return identityLike(String(value));
  if (narrows === undefined) return undefined;
  return below ? inBranch(narrows, { ...request, value }) : { op: 'eq', property: narrows, value };
}

const isSimple = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

interface Branch extends ListingRequest {
  readonly value: unknown;
}

/** What is in a unit or in one below it in the tree that distinguished names make: "ou=Paris,dc=x" is below "dc=x". */
async function inBranch(property: string, { cmdlet, objects, by, value }: Branch): Promise<Filter> {
  const top = await topOf(String(value), { objects, by });
  const units = (await unitsBelow(top, { objects, by })).filter(unit => liesIn(nameOf(unit), top));
  // What is worked out has the name of the unit, not its id.
  const { kind = '' } = cmdlet;
  const isReference = isKind(kind) && definitionOf(kind).properties[property]?.type === 'ref';
  const values = units.map(unit => (isReference ? unit.object.id : nameOf(unit)));
  return { op: 'or', of: values.map((each): Filter => ({ op: 'eq', property, value: each })) };
}

type Place = Pick<ListingRequest, 'objects' | 'by'>;

/** The distinguished name of a unit, or of a domain that has units. Throws `OBJECT_NOT_FOUND`. */
async function topOf(identity: string, { objects, by }: Place): Promise<string> {
  try {
    return nameOf(await objects.get(UNIT, identity, by));
  } catch (error) {
    const name = canonicalIdentity(definitionOf(UNIT), identity);
    if (codeOf(error) !== 'OBJECT_NOT_FOUND' || !name.includes('=')) throw error;
    if ((await unitsBelow(name, { objects, by })).length === 0) throw error;
    return name;
  }
}

const UNIT = 'OrganizationalUnit';

/** The units whose names end as that of what they are below; some may only look so. */
async function unitsBelow(name: string, { objects, by }: Place): Promise<readonly Stored[]> {
  const filter: Filter = { op: 'like', property: 'name', value: `*${name}` };
  const { objects: units, next } = await objects.list(UNIT, { filter, limit: MOST_BETWEEN }, by);
  if (next === undefined) return units;
  throw new ObjectInvalid([remark(UNIT, name, `more than ${MOST_BETWEEN} are below ${name}: name one of them`)]);
}
