import type {
  ChoiceProperty,
  IntegerProperty,
  ListProperty,
  Property,
  RecordProperty,
  RefProperty,
  TextProperty,
} from '../define/property.ts';
import { allowedBy, canonical, misfit } from './format.ts';
import { type Problem, problem, remark, shown } from './problem.ts';

/** What one value is that has no parts. */
type Simple = string | number | boolean;

/** An entry of a list that has parts, field -> value. */
export type RecordValue = Readonly<Record<string, Simple>>;

/** A value that a property can hold. */
export type Value = Simple | readonly string[] | readonly RecordValue[];

/** Longest text when the property does not say, characters. */
const LONGEST_TEXT = 256;
/** Most entries of a list when the property does not say. */
const LONGEST_LIST = 64;

/** What became of one value: clean, or what is wrong with it. */
export type Checked<V extends Value = Value> = { readonly value: V } | { readonly problem: Problem };

type SimpleProperty = Exclude<Property, ListProperty>;

/** Characters without counting them all: stops as soon as there are too many. */
function isLongerThan(text: string, max: number): boolean {
  if (text.length <= max) return false;
  return text.length > max * 2 || [...text].length > max;
}

function checkText(name: string, value: unknown, property: TextProperty): Checked<string> {
  const max = property.max ?? LONGEST_TEXT;
  const allowed = property.format ? allowedBy(property.format) : 'text';
  if (typeof value !== 'string' || value === '') return { problem: problem(name, value, allowed) };
  const text = value.length > max * 4 ? value : value.normalize('NFC');
  if (isLongerThan(text, max)) return { problem: problem(name, value, `at most ${max} characters long`) };
  const instead = misfit(text, property.format);
  return instead ? { problem: problem(name, value, instead) } : { value: canonical(text, property.format) };
}

function checkInteger(name: string, value: unknown, property: IntegerProperty): Checked<number | string> {
  if (property.orUnlimited && value === 'Unlimited') return { value: 'Unlimited' };
  const unit = property.unit ? ` (${property.unit})` : '';
  const unlimited = property.orUnlimited ? ', or Unlimited' : '';
  const allowed = `a whole number from ${property.min} to ${property.max}${unit}${unlimited}`;
  const fits = Number.isInteger(value) && Number(value) >= property.min && Number(value) <= property.max;
  return fits ? { value: Number(value) } : { problem: problem(name, value, allowed) };
}

function checkChoice(name: string, value: unknown, property: ChoiceProperty): Checked<string> {
  if (typeof value === 'string' && property.values.includes(value)) return { value };
  const allowed = `one of ${property.values.join(', ')}`;
  const refused = property.refused;
  if (typeof value === 'string' && refused && Object.hasOwn(refused, value))
    return { problem: remark(name, value, `${name} is ${shown(value)}, but ${refused[value]}: it must be ${allowed}`) };
  return { problem: problem(name, value, allowed) };
}

function checkList(name: string, value: unknown, property: ListProperty): Checked {
  // One value is a list of one, as on the originals' command lines.
  const entries: unknown = typeof value === 'string' || isRecord(value) ? [value] : value;
  const max = property.max ?? LONGEST_LIST;
  if (!Array.isArray(entries)) return { problem: problem(name, value, `a list of ${WHAT[property.of.type]}`) };
  if (entries.length > max) return { problem: problem(name, `${entries.length} entries`, `at most ${max} entries`) };
  if (property.required && entries.length === 0) return { problem: problem(name, value, 'at least one entry') };
  if (property.of.type === 'record') return checkRecords(name, entries, property.of);
  const clean = new Set<string>();
  for (const entry of entries) {
    const checked =
      property.of.type === 'ref' ? checkRef(name, entry, property.of) : checkText(name, entry, property.of);
    if ('problem' in checked) return checked;
    if (clean.has(checked.value)) return { problem: problem(name, entry, 'a list without repetition') };
    clean.add(checked.value);
  }
  return { value: [...clean] };
}

/** What the entries of a list are. */
const WHAT = { text: 'texts', record: 'entries with named parts', ref: 'names or ids' } as const;

function checkRecords(name: string, entries: readonly unknown[], property: RecordProperty): Checked {
  const clean: RecordValue[] = [];
  for (const entry of entries) {
    const checked = checkRecord(name, entry, property);
    if ('problem' in checked) return checked;
    clean.push(checked.value);
  }
  return { value: clean };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The entries of a list that are written as texts with commas, as entries with named parts; everything else stays as it is. Whoever
 * looks into parts before they are checked needs them so.
 */
export function withNamedParts(value: unknown, { of }: ListProperty): unknown {
  if (of.type !== 'record') return value;
  return Array.isArray(value) ? value.map(each => asRecord(each, of)) : asRecord(value, of);
}

type CheckedRecord = { readonly value: RecordValue } | { readonly problem: Problem };

/** A text with commas stands for the fields in the order that the property gives. */
function asRecord(entry: unknown, { written = [] }: RecordProperty): unknown {
  if (typeof entry !== 'string') return entry;
  const parts = entry.split(',').map(part => part.trim());
  if (parts.length > written.length) return entry;
  return Object.fromEntries(parts.map((part, i): [string, unknown] => [written[i], part]));
}

function checkRecord(name: string, entry: unknown, property: RecordProperty): CheckedRecord {
  const { fields, written } = property;
  const given = asRecord(entry, property);
  const form = written ? `, or a text "${written.join(',')}"` : '';
  const allowed = `an entry with ${Object.keys(fields).join(', ')}${form}`;
  if (!isRecord(given)) return { problem: problem(name, entry, allowed) };
  // People's files have their own idea of upper and lower case in column headings.
  const byName = new Map(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]));
  const known = new Set(Object.keys(fields).map(key => key.toLowerCase()));
  const unknown = [...byName.keys()].find(key => !known.has(key));
  if (unknown !== undefined) return { problem: problem(name, unknown, allowed) };
  const clean: Record<string, Simple> = {};
  for (const [field, each] of Object.entries(fields)) {
    const value = byName.get(field.toLowerCase());
    if (value === undefined || value === null || value === '') {
      if ('required' in each && each.required) return { problem: problem(`${name}.${field}`, undefined, allowed) };
      if ('default' in each && each.default !== undefined) clean[field] = each.default;
      continue;
    }
    const checked = checkSimple(`${name}.${field}`, fromText(value, each), each);
    if ('problem' in checked) return checked;
    clean[field] = checked.value;
  }
  return { value: clean };
}

/** In a text, and in a file of values between commas, numbers are digits and flags are words. */
function fromText(value: unknown, { type }: SimpleProperty): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'integer' && /^[0-9]{1,9}$/.test(value)) return Number(value);
  const word = type === 'flag' ? value.toLowerCase() : '';
  return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : value;
}

function checkRef(name: string, value: unknown, property: RefProperty): Checked<string> {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT) return { value };
  return { problem: problem(name, value, `the id or the name of an object of kind ${property.to}`) };
}

/** Checks one value against its property; nothing is converted but a single value to a list of one, and a text to a record. */
export function checkValue(name: string, value: unknown, property: Property): Checked {
  return property.type === 'list' ? checkList(name, value, property) : checkSimple(name, value, property);
}

function checkSimple(name: string, value: unknown, property: SimpleProperty): Checked<Simple> {
  switch (property.type) {
    case 'text':
      return checkText(name, value, property);
    case 'integer':
      return checkInteger(name, value, property);
    case 'flag':
      return typeof value === 'boolean' ? { value } : { problem: problem(name, value, 'true or false') };
    case 'choice':
      return checkChoice(name, value, property);
    case 'ref':
      return checkRef(name, value, property);
  }
}
