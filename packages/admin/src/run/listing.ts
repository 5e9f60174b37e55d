import { type By, type ListOptions, ObjectInvalid, type Objects, type Stored } from '@parley/directory';
import { type CmdletDefinition, definitionOf, type Filter, identityLike, type Kind, problem } from '@parley/schema';
import { readLdapFilter } from '../filter/ldap-filter.ts';
import { readFilter } from '../filter/read-filter.ts';
import { type Bound, textIn } from './bind.ts';
import { narrowings } from './narrowing.ts';
import type { Asked } from './ports.ts';
import { filterByIds } from './referred.ts';
import { propertyNamed } from './shown.ts';

/** Objects in an answer when nothing else is asked for; more come page by page. */
export const USUAL_RESULT_SIZE = 1000;
/** Most objects in one answer. */
export const LONGEST_PAGE = 1000;

interface Page {
  readonly objects: readonly Stored[];
  readonly next?: string;
}

export interface ListingRequest {
  readonly cmdlet: CmdletDefinition;
  readonly objects: Objects;
  readonly bound: Bound;
  readonly asked: Asked;
  readonly by: By;
}

/** The objects of a kind that are asked for: by a filter, a text, a pattern of names. */
export async function listed(kind: Kind, request: ListingRequest): Promise<Page> {
  const { objects, bound, asked, by } = request;
  const {
    after,
    text = textIn(bound, 'Anr'),
    sort = textIn(bound, 'SortBy'),
    limit = resultSize(bound),
  } = asked.listing ?? {};
  const filter = await filterByIds(kind, await wanted(kind, request), { objects, by });
  const options: ListOptions = {
    limit: Math.min(Math.max(limit, 1), LONGEST_PAGE),
    ...(after === undefined ? {} : { after }),
    ...(text === undefined ? {} : { text }),
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined ? {} : { sort: sorting(kind, sort) }),
  };
  return objects.list(kind, options, by);
}

/** `Filter`, an `Identity` with wildcards, and what other parameters leave out. */
async function wanted(kind: Kind, request: ListingRequest): Promise<Filter | undefined> {
  const { cmdlet, bound, asked } = request;
  const definition = definitionOf(kind);
  const pattern = textIn(bound, 'Identity');
  const ldap = textIn(bound, 'LdapFilter');
  const isPattern = cmdlet.parameters.Filter?.isPattern;
  const texts = [isPattern ? undefined : textIn(bound, 'Filter'), asked.listing?.filter];
  const all: Filter[] = [
    ...(pattern === undefined ? [] : [namesLike(kind, pattern)]),
    ...texts.filter(text => text !== undefined).map(text => readFilter(text, definition)),
    ...(ldap === undefined ? [] : [readLdapFilter(ldap, definition)]),
    ...(await narrowings(request)),
  ];
  return all.length > 1 ? { op: 'and', of: all } : all[0];
}

/** Names, and names that are shown to people. */
function namesLike(kind: Kind, value: string): Filter {
  const { properties } = definitionOf(kind);
  const of = ['name', 'displayName']
    .filter(property => Object.hasOwn(properties, property))
    .map((property): Filter => (property === 'name' ? identityLike(value) : { op: 'like', property, value }));
  return { op: 'or', of };
}

function resultSize(bound: Bound): number {
  const { ResultSize: value } = bound.named;
  if (value === undefined || value === null) return USUAL_RESULT_SIZE;
  const text = String(value).toLowerCase();
  if (text === 'unlimited') return Number.POSITIVE_INFINITY;
  if (/^[0-9]{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new ObjectInvalid([problem('ResultSize', value, 'a whole number above 0, or Unlimited')]);
}

const MOST_SORTED = 4;

function sorting(kind: Kind, sort: string): { property: string; descending?: true }[] {
  const words = sort.split(',');
  if (words.length > MOST_SORTED) throw new ObjectInvalid([problem('sort', sort, `at most ${MOST_SORTED} properties`)]);
  return words.map(word => {
    const descending = word.startsWith('-');
    const name = descending ? word.slice(1) : word;
    const property = propertyNamed(definitionOf(kind), name);
    if (property === undefined) throw new ObjectInvalid([problem('sort', name, `a property of ${kind}`)]);
    return { property, ...(descending ? { descending: true as const } : {}) };
  });
}
