import type {
  ChoiceProperty,
  IntegerProperty,
  ListProperty,
  Property,
  RefProperty,
  TextProperty,
} from '../define/property.ts';
import { allowedBy, misfit } from './format.ts';
import { type Problem, problem, remark, shown } from './problem.ts';

/** A value that a property can hold. */
export type Value = string | number | boolean | readonly string[];

/** Longest text when the property does not say, characters. */
const LONGEST_TEXT = 256;
/** Most entries of a list when the property does not say. */
const LONGEST_LIST = 64;

/** What became of one value: clean, or what is wrong with it. */
export type Checked = { readonly value: Value } | { readonly problem: Problem };

/** Characters without counting them all: stops as soon as there are too many. */
function isLongerThan(text: string, max: number): boolean {
  if (text.length <= max) return false;
  return text.length > max * 2 || [...text].length > max;
}

function checkText(name: string, value: unknown, property: TextProperty): Checked {
  const max = property.max ?? LONGEST_TEXT;
  const allowed = property.format ? allowedBy(property.format) : 'text';
  if (typeof value !== 'string' || value === '') return { problem: problem(name, value, allowed) };
  const text = value.length > max * 4 ? value : value.normalize('NFC');
  if (isLongerThan(text, max)) return { problem: problem(name, value, `at most ${max} characters long`) };
  const instead = misfit(text, property.format);
  return instead ? { problem: problem(name, value, instead) } : { value: text };
}

function checkInteger(name: string, value: unknown, property: IntegerProperty): Checked {
  if (property.orUnlimited && value === 'Unlimited') return { value };
  const unit = property.unit ? ` (${property.unit})` : '';
  const unlimited = property.orUnlimited ? ', or Unlimited' : '';
  const allowed = `a whole number from ${property.min} to ${property.max}${unit}${unlimited}`;
  const fits = Number.isInteger(value) && Number(value) >= property.min && Number(value) <= property.max;
  return fits ? { value: Number(value) } : { problem: problem(name, value, allowed) };
}

function checkChoice(name: string, value: unknown, property: ChoiceProperty): Checked {
  if (typeof value === 'string' && property.values.includes(value)) return { value };
  const allowed = `one of ${property.values.join(', ')}`;
  const refused = property.refused;
  if (typeof value === 'string' && refused && Object.hasOwn(refused, value))
    return { problem: remark(name, value, `${name} is ${shown(value)}, but ${refused[value]}: it must be ${allowed}`) };
  return { problem: problem(name, value, allowed) };
}

function checkList(name: string, value: unknown, property: ListProperty): Checked {
  // One value is a list of one, as on the originals' command lines.
  const entries: unknown = typeof value === 'string' ? [value] : value;
  const max = property.max ?? LONGEST_LIST;
  if (!Array.isArray(entries)) return { problem: problem(name, value, 'a list of texts') };
  if (entries.length > max) return { problem: problem(name, `${entries.length} entries`, `at most ${max} entries`) };
  if (property.required && entries.length === 0) return { problem: problem(name, value, 'at least one entry') };
  const clean: string[] = [];
  for (const entry of entries) {
    const checked = checkText(name, entry, property.of);
    if ('problem' in checked) return checked;
    const text = String(checked.value);
    if (clean.includes(text)) return { problem: problem(name, entry, 'a list without repetition') };
    clean.push(text);
  }
  return { value: clean };
}

function checkRef(name: string, value: unknown, property: RefProperty): Checked {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT) return { value };
  return { problem: problem(name, value, `the id or the name of an object of kind ${property.to}`) };
}

/** Checks one value against its property; nothing is converted but a single text to a list of one. */
export function checkValue(name: string, value: unknown, property: Property): Checked {
  switch (property.type) {
    case 'text':
      return checkText(name, value, property);
    case 'integer':
      return checkInteger(name, value, property);
    case 'flag':
      return typeof value === 'boolean' ? { value } : { problem: problem(name, value, 'true or false') };
    case 'choice':
      return checkChoice(name, value, property);
    case 'list':
      return checkList(name, value, property);
    case 'ref':
      return checkRef(name, value, property);
  }
}
