import type { Span } from '../language/ast.ts';
import { numberIn, textOf } from './convert.ts';
import { usage } from './failure.ts';
import { ScriptBlock, ShellObject, Table, typeNameOf, type Value } from './values.ts';

/** `.Name` of a value; of a list, that of each entry. What a value does not have is null. */
export function memberOf(value: Value, name: string): Value {
  const word = name.toLowerCase();
  if (value instanceof ShellObject) return value.get(name) ?? (word === 'count' ? 1 : null);
  if (value instanceof Table) return value.get(name) ?? tableMember(value, word);
  if (typeof value === 'string' && word === 'length') return value.length;
  if (value instanceof Uint8Array) return word === 'length' || word === 'count' ? value.length : null;
  if (Array.isArray(value)) return listMember(value, word, name);
  if (word === 'count' || word === 'length') return value === null ? 0 : 1;
  return null;
}

function tableMember(table: Table, word: string): Value {
  if (word === 'count') return table.size;
  if (word === 'keys') return table.names();
  return word === 'values' ? table.entries().map(([, each]) => each) : null;
}

function listMember(list: Value[], word: string, name: string): Value {
  if (word === 'count' || word === 'length') return list.length;
  const values = list.flatMap(each => memberOf(each, name)).filter(each => each !== null);
  return values.length === 0 ? null : values.length === 1 ? (values[0] ?? null) : values;
}

/** `[index]` of a value: a place (from the end when it is below 0), several places, or the key of a table. */
export function entryOf(value: Value, index: Value): Value {
  if (Array.isArray(index)) return index.map(each => entryOf(value, each));
  const place = numberIn(index);
  if (value instanceof Table || (value instanceof ShellObject && place === undefined))
    return value.get(textOf(index)) ?? null;
  if (place === undefined || value === null) return null;
  if (typeof value === 'string') return value.at(place) ?? null;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.at(place) ?? null;
  return place === 0 || place === -1 ? value : null;
}

/** Puts a value where a member or an entry is. */
export function setMember(
  target: Value,
  name: string,
  { value, at }: { readonly value: Value; readonly at: Span },
): void {
  if (target instanceof ShellObject) {
    if (target.origin && !target.has(name))
      throw usage(`a ${target.typeName} has no property ${JSON.stringify(name)}`, at);
    target.set(name, value);
  } else if (target instanceof Table) target.set(name, value);
  else throw usage(`a ${typeNameOf(target)} has no properties that can be set`, at);
}

export function setEntry(
  target: Value,
  index: Value,
  { value, at }: { readonly value: Value; readonly at: Span },
): void {
  if (target instanceof Table) {
    target.set(textOf(index), value);
    return;
  }
  const place = numberIn(index);
  if (!Array.isArray(target)) throw usage(`a ${typeNameOf(target)} has no entries that can be set`, at);
  const from = place !== undefined && place < 0 ? place + target.length : place;
  if (from === undefined || !Number.isInteger(from) || from < 0 || from >= target.length)
    throw usage(`the list has no entry ${textOf(index)}: it has ${target.length}`, at);
  target[from] = value;
}

type Method = (self: string, given: readonly Value[]) => Value;
const first = (given: readonly Value[], i = 0) => textOf(given[i] ?? null);
const place = (given: readonly Value[], i: number) => Math.max(0, Math.trunc(numberIn(given[i] ?? null) ?? 0));

const LONGEST_TEXT = 4 * 1024 * 1024;

/** Every occurrence, letter by letter. */
function replacedIn(self: string, given: readonly Value[]): string {
  const wanted = first(given);
  const parts = wanted === '' ? [self] : self.split(wanted);
  const instead = first(given, 1);
  if (self.length + parts.length * instead.length > LONGEST_TEXT) throw usage('the replaced text is too long');
  return parts.join(instead);
}

/** What texts can do. */
const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['tostring', self => self],
  ['tolower', self => self.toLowerCase()],
  ['toupper', self => self.toUpperCase()],
  ['trim', self => self.trim()],
  ['trimstart', self => self.trimStart()],
  ['trimend', self => self.trimEnd()],
  ['contains', (self, given) => self.includes(first(given))],
  ['startswith', (self, given) => self.startsWith(first(given))],
  ['endswith', (self, given) => self.endsWith(first(given))],
  ['indexof', (self, given) => self.indexOf(first(given))],
  ['split', (self, given) => self.split(first(given) || ' ')],
  ['replace', replacedIn],
  [
    'substring',
    (self, given) => self.substring(place(given, 0), given.length > 1 ? place(given, 0) + place(given, 1) : undefined),
  ],
  [
    'padleft',
    (self, given) => self.padStart(Math.min(place(given, 0), 1024), given.length > 1 ? first(given, 1) : ' '),
  ],
  ['padright', (self, given) => self.padEnd(Math.min(place(given, 0), 1024), given.length > 1 ? first(given, 1) : ' ')],
]);

/** `.Name(...)`: what texts can do; everything else only says itself as text, and tables whether they have a key. */
export function called(
  self: Value,
  name: string,
  { given, at }: { readonly given: readonly Value[]; readonly at: Span },
): Value {
  const word = name.toLowerCase();
  if (self instanceof Table && (word === 'containskey' || word === 'contains')) return self.has(first(given));
  if (self instanceof Table && word === 'add') {
    self.set(first(given), given[1] ?? null);
    return null;
  }
  if (Array.isArray(self) && word === 'contains')
    return self.some(each => textOf(each).toLowerCase() === first(given).toLowerCase());
  const method = METHODS.get(word);
  const callable = typeof self === 'string' || word === 'tostring';
  if (!method || !callable || self === null || self instanceof ScriptBlock)
    throw usage(`a ${typeNameOf(self)} has no method ${JSON.stringify(name)}`, at);
  return method(textOf(self), given);
}
