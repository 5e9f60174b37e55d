import type { ListProperty, Parameter, Property } from '@parley/schema';
import type { Span } from '../language/ast.ts';
import { plain, textOf } from '../run/convert.ts';
import { usage } from '../run/failure.ts';
import { ScriptBlock, ShellObject, Table, typeNameOf, type Value } from '../run/values.ts';

/** Where a value stands, and whose it is. */
export interface Place {
  readonly name: string;
  readonly at: Span;
}

/** Words for true and false. */
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
  ['$true', true],
  ['$false', false],
  ['yes', true],
  ['no', false],
]);

/**
 * A value as it is sent for a parameter: by the property's type. What is no such value at all is refused here, with its place; ranges and
 * formats are the server's business. Throws a `ShellFailure`.
 */
export function sent(value: Value, parameter: Parameter, place: Place): unknown {
  const { property, isSwitch, orNull } = parameter;
  if (value === null) {
    if (orNull || isSwitch === undefined) return null;
    throw wrong(value, place, '$true or $false');
  }
  return property.type === 'list' ? listSent(value, property, place) : simple(value, property, place);
}

const wrong = (value: Value, { name, at }: Place, allowed: string) =>
  usage(
    `-${name} is ${value === null ? '$null' : JSON.stringify(textOf(value).slice(0, 60))}: it must be ${allowed}`,
    at,
  );

/** True or false, as a value or as a word. Throws a `ShellFailure` for anything else. */
export function flagIn(value: Value, place: Place): boolean {
  const flag = typeof value === 'boolean' ? value : FLAGS.get(textOf(value).toLowerCase());
  if (flag !== undefined) return flag;
  if (value !== '') throw wrong(value, place, '$true or $false');
  throw usage(
    `-${place.name} has no value: it must be $true or $false, and where a shell of the operating system takes these away, true or false`,
    place.at,
  );
}

function simple(value: Value, property: Exclude<Property, ListProperty>, place: Place): unknown {
  switch (property.type) {
    case 'flag':
      return flagIn(value, place);
    case 'integer':
      return number(value, place, property.orUnlimited === true);
    case 'choice': {
      const word = text(value, place);
      return property.values.find(each => each.toLowerCase() === word.toLowerCase()) ?? word;
    }
    case 'ref':
      return reference(value, place);
    default:
      return text(value, place);
  }
}

function number(value: Value, place: Place, orUnlimited: boolean): unknown {
  if (typeof value === 'number') return value;
  const word = textOf(value).trim();
  if (orUnlimited && word.toLowerCase() === 'unlimited') return 'Unlimited';
  if (typeof value === 'string' && /^[-+]?[0-9]{1,15}$/.test(word)) return Number(word);
  throw wrong(value, place, orUnlimited ? 'a whole number or Unlimited' : 'a whole number');
}

/** A text. Bytes are sent as base64, a block as it is written (a filter), several values with commas between them. */
function text(value: Value, place: Place): string {
  if (value instanceof ScriptBlock) return value.block.source.trim();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(each => text(each, place)).join(',');
  if (value instanceof Table) throw wrong(value, place, 'a text');
  return textOf(value);
}

/** What an object is meant by: its id when the server has it, its name otherwise. */
export function reference(value: Value, place: Place): string {
  if (Array.isArray(value) && value.length === 1) return reference(value[0] ?? null, place);
  // Whoever's shell took the quotes away has a distinguished name left that looks like a list.
  if (Array.isArray(value) && value.every(each => typeof each !== 'object')) return text(value, place);
  if (Array.isArray(value)) throw wrong(value, place, 'one object: use ForEach-Object for several');
  if (!(value instanceof ShellObject)) return text(value, place);
  if (value.origin?.id) return value.origin.id;
  for (const name of [place.name, 'Identity', 'Name']) {
    const found = value.get(name);
    if (found !== undefined && found !== null && found !== '') return textOf(found);
  }
  throw usage(`a ${typeNameOf(value)} without Identity or Name cannot be the value of -${place.name}`, place.at);
}

function listSent(value: Value, property: ListProperty, place: Place): unknown {
  if (!(value instanceof Table)) return entries(value, property, place);
  const changes = value.entries().map(([word, each]) => [word.toLowerCase(), each] as const);
  const isChange =
    changes.length > 0 && changes.every(([word]) => word === 'add' || word === 'remove' || word === 'replace');
  if (!isChange) {
    if (property.of.type === 'record') return [plain(value)];
    throw wrong(value, place, 'a list, or @{Add=...;Remove=...}');
  }
  const replaced = changes.find(([word]) => word === 'replace');
  if (replaced) return entries(replaced[1], property, place);
  return Object.fromEntries(changes.map(([word, each]) => [word, entries(each, property, place)]));
}

function entries(value: Value, { of }: ListProperty, place: Place): unknown[] {
  const all = Array.isArray(value) ? value : value === null ? [] : [value];
  if (of.type === 'record')
    return all.map(each => (each instanceof ShellObject || each instanceof Table ? plain(each) : text(each, place)));
  return all.map(each => (of.type === 'ref' ? reference(each, place) : text(each, place)));
}
