import { codeOf } from '@parley/base';
import { type By, ObjectInvalid, type Objects } from '@parley/directory';
import { type ComparisonFilter, definitionOf, type Filter, isKind, type Kind, remark } from '@parley/schema';

interface Places {
  readonly objects: Objects;
  readonly by: By;
}

/** Most objects that a pattern of names may lead to: "UMMailboxPolicy -like '*Default*'". */
const MOST_REFERRED = 1000;

/** A filter in which references are compared by name, as one that compares the ids that are stored. */
export async function filterByIds(kind: Kind, filter: Filter | undefined, at: Places): Promise<Filter | undefined> {
  if (filter === undefined) return undefined;
  switch (filter.op) {
    case 'and':
    case 'or': {
      const of: Filter[] = [];
      for (const each of filter.of) of.push((await filterByIds(kind, each, at)) ?? each);
      return { op: filter.op, of };
    }
    case 'not':
      return { op: 'not', of: (await filterByIds(kind, filter.of, at)) ?? filter.of };
    default:
      return byIds(kind, filter, at);
  }
}

/** The kind that a property refers to. */
function referredKind(kind: Kind, name: string): Kind | undefined {
  const property = definitionOf(kind).properties[name];
  const to =
    property?.type === 'ref'
      ? property.to
      : property?.type === 'list' && property.of.type === 'ref'
        ? property.of.to
        : '';
  return isKind(to) ? to : undefined;
}

async function byIds(kind: Kind, filter: ComparisonFilter, at: Places): Promise<Filter> {
  const { op, property, value } = filter;
  const to = referredKind(kind, property);
  if (to === undefined || value === null || value === '') return filter;
  const ids = await idsOf(to, filter, at);
  const any: Filter = { op: 'or', of: ids.map((id): Filter => ({ op: 'eq', property, value: id })) };
  return op === 'ne' || op === 'notlike' ? { op: 'not', of: any } : any;
}

async function idsOf(to: Kind, { op, property, value }: ComparisonFilter, { objects, by }: Places): Promise<string[]> {
  if (op === 'eq' || op === 'ne' || op === 'contains') {
    try {
      return [(await objects.get(to, String(value), by)).object.id];
    } catch (error) {
      // Nothing refers to what is not there.
      if (codeOf(error) === 'OBJECT_NOT_FOUND') return [];
      throw error;
    }
  }
  const named: Filter = { op: op === 'notlike' ? 'like' : op, property: 'name', value };
  const { objects: found, next } = await objects.list(to, { filter: named, limit: MOST_REFERRED }, by);
  if (next !== undefined)
    throw new ObjectInvalid([
      remark(property, value, `${property}: more than ${MOST_REFERRED} objects have such a name`),
    ]);
  return found.map(each => each.object.id);
}
