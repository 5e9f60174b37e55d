import type { ListProperty, Property } from '@parley/schema';

/** Words for true and false that command lines and tables have. */
const FLAGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [1, true],
  [0, false],
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
  ['$true', true],
  ['$false', false],
]);

/**
 * A value as a command line, a table or JSON has it, as the property wants it: "$true" as true, 5150 as an extension, "sipname" as
 * SipName, one value as a list of one. What does not fit stays as it is: validation says what is allowed.
 */
export function convert(value: unknown, property: Property): unknown {
  if (value === null || value === '') return null;
  switch (property.type) {
    case 'flag':
      return FLAGS.get(typeof value === 'string' ? value.toLowerCase() : value) ?? value;
    case 'integer':
      return integerOf(value);
    case 'choice':
      return typeof value === 'string' ? spelled(value, property.values) : value;
    case 'list':
      return listOf(value, property);
    default:
      return textOf(value);
  }
}

/** Texts stay as they are, numbers are written out. */
const textOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? String(value) : value);

function integerOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.toLowerCase() === 'unlimited') return 'Unlimited';
  return /^-?[0-9]{1,15}$/.test(value) ? Number(value) : value;
}

function spelled(value: string, values: readonly string[]): string {
  const wanted = value.toLowerCase();
  return values.find(each => each.toLowerCase() === wanted) ?? value;
}

/** `{ Add, Remove }` changes a list, anything else is the list. */
function listOf(value: unknown, property: ListProperty): unknown {
  const change = listChange(value);
  if (change === undefined) return entriesOf(value, property);
  return Object.fromEntries(Object.entries(change).map(([word, each]) => [word, entriesOf(each, property)]));
}

function entriesOf(value: unknown, property: ListProperty): unknown {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return property.of.type === 'record' ? entries : entries.map(textOf);
}

interface ListChange {
  readonly add?: unknown;
  readonly remove?: unknown;
}

/** A change to a list when it is one: an object that has nothing but `Add` and `Remove`. */
function listChange(value: unknown): ListChange | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const words = Object.entries(value).map(([word, each]): [string, unknown] => [word.toLowerCase(), each]);
  const isChange = words.length > 0 && words.every(([word]) => word === 'add' || word === 'remove');
  return isChange ? Object.fromEntries(words) : undefined;
}
