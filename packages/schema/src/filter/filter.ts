import { likeness } from './wildcard.ts';

/** What is compared with a value. */
export const COMPARISONS = ['eq', 'ne', 'like', 'notlike', 'gt', 'ge', 'lt', 'le', 'contains'] as const;

export type Comparison = (typeof COMPARISONS)[number];

/** One property compared with one value. `null`, and an empty text, is what a property that is not given equals. */
export interface ComparisonFilter {
  readonly op: Comparison;
  readonly property: string;
  readonly value: string | number | boolean | null;
}

/** Which objects are wanted, as plain data: made by the door of what an administrator wrote, understood by every store. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | ComparisonFilter;

/** Properties by name; a list holds for `eq`, `like` and `contains` when one of its entries does. */
type Properties = Readonly<Record<string, unknown>>;

type Test = (value: unknown) => boolean;

/** Whether an object is wanted. Upper and lower case are equal; of a list one entry must fit. Use `matcher` for many objects. */
export function matches(filter: Filter, object: Properties): boolean {
  return matcher(filter)(object);
}

/** The same, prepared once for many objects. */
export function matcher(filter: Filter): (object: Properties) => boolean {
  switch (filter.op) {
    case 'and': {
      const all = filter.of.map(matcher);
      return object => all.every(each => each(object));
    }
    case 'or': {
      const some = filter.of.map(matcher);
      return object => some.some(each => each(object));
    }
    case 'not': {
      const inner = matcher(filter.of);
      return object => !inner(object);
    }
    default:
      return comparing(filter);
  }
}

function comparing({ op, property, value }: ComparisonFilter): (object: Properties) => boolean {
  const fits = testOf(op, value);
  // Only what the object itself holds: a filter on "constructor" finds nothing.
  return object => fits(Object.hasOwn(object, property) ? object[property] : undefined);
}

function testOf(op: Comparison, wanted: ComparisonFilter['value']): Test {
  switch (op) {
    case 'eq':
    case 'contains':
      return equalTo(wanted);
    case 'ne':
      return not(equalTo(wanted));
    case 'like':
      return like(wanted);
    case 'notlike':
      return not(like(wanted));
    case 'gt':
      return ordered(wanted, order => order > 0);
    case 'ge':
      return ordered(wanted, order => order >= 0);
    case 'lt':
      return ordered(wanted, order => order < 0);
    case 'le':
      return ordered(wanted, order => order <= 0);
  }
}

const not =
  (test: Test): Test =>
  value =>
    !test(value);

/** One entry of a list, or the value itself. */
const some =
  (test: Test): Test =>
  value =>
    Array.isArray(value) ? value.some(test) : test(value);

/** As it is compared: `true`, `4` and the texts that spell them are equal. */
const folded = (value: string | number | boolean) => String(value).normalize('NFC').toLowerCase();

const isSimple = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function equalTo(wanted: ComparisonFilter['value']): Test {
  if (wanted === null || wanted === '') return isEmpty;
  const text = folded(wanted);
  return some(value => isSimple(value) && folded(value) === text);
}

function like(wanted: ComparisonFilter['value']): Test {
  if (wanted === null || wanted === '') return isEmpty;
  const fits = likeness(folded(wanted));
  return some(value => isSimple(value) && fits(folded(value)));
}

/** What a number is compared as: `Unlimited` is more than all of them. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** Numbers by size when both are numbers, texts by their letters; what is not given is neither more nor less. */
function ordered(wanted: ComparisonFilter['value'], fits: (order: number) => boolean): Test {
  if (wanted === null) return () => false;
  const number = numberOf(wanted);
  const text = folded(wanted);
  return some(value => {
    if (!isSimple(value) || value === '') return false;
    const other = number === undefined ? undefined : numberOf(value);
    if (number !== undefined && other !== undefined) return fits(other === number ? 0 : other - number);
    const mine = folded(value);
    return fits(mine < text ? -1 : Number(mine > text));
  });
}
