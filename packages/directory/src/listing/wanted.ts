import {
  type Document,
  definitionOf,
  type Filter,
  type Kind,
  matcher,
  objectOf,
  withPresentNames,
} from '@parley/schema';
import type { ListOptions } from '../objects.ts';
import type { StoredRow } from '../store/object-store.ts';

export type Values = Readonly<Record<string, unknown>>;

/** Properties in which a listing looks for a text, beside those by which the kind is found. */
const SEARCHED = ['name', 'displayName', 'address'];

/** Whether an object is wanted, by what is kept of it. */
export type Wanted = (object: Values) => boolean;

/** What is asked of the objects themselves, and what only the rules of the kind can answer. */
export interface WantedObjects {
  /** Undefined when every object is. */
  readonly kept: Wanted | undefined;
  /** Undefined when nothing that is worked out matters. */
  readonly computed: Wanted | undefined;
}

export function wantedObjects(kind: Kind, { text, filter }: ListOptions): WantedObjects {
  const mentions = text === undefined || text === '' ? undefined : mentioning(kind, text);
  const fits = filter && matcher(filter);
  const isComputed =
    filter !== undefined && namesIn(filter).some(name => Object.hasOwn(definitionOf(kind).computed ?? {}, name));
  const keptFits = isComputed ? undefined : fits;
  const isAll = mentions === undefined && keptFits === undefined;
  return {
    kept: isAll ? undefined : object => (mentions?.(object) ?? true) && (keptFits?.(object) ?? true),
    computed: isComputed ? fits : undefined,
  };
}

function mentioning(kind: Kind, text: string): Wanted {
  const wanted = text.toLowerCase();
  const names = [...SEARCHED, ...(definitionOf(kind).foundBy ?? [])];
  return object =>
    names.some(name => {
      const value = object[name];
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return values.some(each => typeof each === 'string' && each.toLowerCase().includes(wanted));
    });
}

function namesIn(filter: Filter): string[] {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.of.flatMap(namesIn);
    case 'not':
      return namesIn(filter.of);
    default:
      return [filter.property];
  }
}

/** What a row holds, unchecked, with the defaults; undefined when it is no object at all. */
export function valuesOf({ kind, id, document }: StoredRow): Values | undefined {
  let values: unknown;
  try {
    values = JSON.parse(document);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isDocument(values) ? { ...objectOf(kind, id, withPresentNames(kind, values)) } : undefined;
}

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
