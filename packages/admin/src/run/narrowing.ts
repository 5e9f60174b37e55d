import { ObjectInvalid, type Stored } from '@parley/directory';
import { type Filter, identityLike, isKind, type Kind, type Parameter, remark } from '@parley/schema';
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
  return below ? inBranch(narrows, parameter, { ...request, value }) : { op: 'eq', property: narrows, value };
}

const isSimple = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

interface Branch extends ListingRequest {
  readonly value: unknown;
}

/** What refers to an object, or to one below it in the tree that their names make: "ou=Paris,dc=x" is below "dc=x". */
async function inBranch(
  property: string,
  { property: { ...of } }: Parameter,
  { objects, by, value }: Branch,
): Promise<Filter> {
  const to = 'to' in of && isKind(of.to) ? of.to : undefined;
  if (to === undefined) throw new TypeError(`${property} is no reference`);
  const top = await objects.get(to, String(value), by);
  const under = await namedBelow(to, nameOf(top), { objects, by });
  return { op: 'or', of: [top, ...under].map(({ object }): Filter => ({ op: 'eq', property, value: object.id })) };
}

async function namedBelow(
  kind: Kind,
  name: string,
  at: Pick<ListingRequest, 'objects' | 'by'>,
): Promise<readonly Stored[]> {
  const filter: Filter = { op: 'like', property: 'name', value: `*,${name}` };
  const { objects, next } = await at.objects.list(kind, { filter, limit: MOST_BETWEEN }, at.by);
  if (next === undefined) return objects;
  throw new ObjectInvalid([remark(kind, name, `more than ${MOST_BETWEEN} are below ${name}: name one of them`)]);
}
