import type { ListProperty } from '../define/property.ts';
import { type Problem, problem } from './problem.ts';
import { checkValue, type RecordValue, type Value } from './value.ts';

/** What is added to a list and what is taken from it, as `@{Add="a";Remove="b"}` of the originals' command lines. */
export interface ListEdit {
  readonly add: readonly unknown[];
  readonly remove: readonly unknown[];
}

/** Entries that one edit may add or remove. */
const MOST = 10_000;

type Entry = string | RecordValue;

/** An edit when the value is one: an object that has nothing but `add` and `remove`, in any case. A record of a list is none. */
export function listEditOf(value: unknown): ListEdit | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const words = Object.entries(value).map(([word, each]): [string, unknown] => [word.toLowerCase(), each]);
  if (words.length === 0 || words.some(([word]) => word !== 'add' && word !== 'remove')) return undefined;
  const of = (wanted: string) => words.filter(([word]) => word === wanted).flatMap(([, each]) => entriesOf(each));
  return { add: of('add'), remove: of('remove') };
}

function entriesOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * The list after an edit. What is there already is not added again, what is not there need not be taken away; upper and lower case are
 * equal. An entry with parts is also taken away by the first of them alone: its name, its key.
 */
export function editedList(
  name: string,
  edit: ListEdit,
  at: { readonly property: ListProperty; readonly current: Value | undefined },
): { readonly value: readonly Entry[] } | { readonly problem: Problem } {
  const { property } = at;
  if (edit.add.length + edit.remove.length > MOST)
    return { problem: problem(name, undefined, `at most ${MOST} entries to add and remove`) };
  const added = checked(name, edit.add, property);
  if ('problem' in added) return added;
  const removals = new Set(edit.remove.flatMap(each => keysOfRemoval(name, each, property)));
  const kept = entries(at.current).filter(each => !keysOf(each, property).some(key => removals.has(key)));
  const there = new Set(kept.map(keyOf));
  return { value: [...kept, ...added.value.filter(each => !there.has(keyOf(each)))] };
}

const entries = (value: Value | undefined): readonly Entry[] => (Array.isArray(value) ? value : []);

/** Entries that are valid one by one; how many a list may have is seen at the end. */
function checked(name: string, added: readonly unknown[], property: ListProperty) {
  const value: Entry[] = [];
  for (const each of added) {
    const one = checkValue(name, [each], { ...property, required: undefined });
    if ('problem' in one) return one;
    value.push(...entries(one.value));
  }
  return { value };
}

function keyOf(entry: Entry): string {
  if (typeof entry === 'string') return entry.toLowerCase();
  const fields = Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(fields).toLowerCase();
}

const firstOf = (entry: RecordValue, property: ListProperty): string | undefined => {
  const first = property.of.type === 'record' ? property.of.written?.[0] : undefined;
  return first === undefined ? undefined : String(entry[first]).toLowerCase();
};

/** What an entry of the list goes by. */
function keysOf(entry: Entry, property: ListProperty): string[] {
  const first = typeof entry === 'string' ? undefined : firstOf(entry, property);
  return first === undefined ? [keyOf(entry)] : [keyOf(entry), first];
}

/** What an entry that is to be taken away goes by: itself, whole or by its first part; what fits nothing is simply not there. */
function keysOfRemoval(name: string, entry: unknown, property: ListProperty): string[] {
  if (typeof entry === 'string' && (property.of.type !== 'record' || !entry.includes(',')))
    return [entry.normalize('NFC').toLowerCase()];
  const one = checkValue(name, [entry], property);
  return 'problem' in one ? firstPartOf(entry, property) : entries(one.value).map(keyOf);
}

/** The first part of an entry that has no other. */
function firstPartOf(entry: unknown, { of }: ListProperty): string[] {
  const first = of.type === 'record' ? of.written?.[0] : undefined;
  if (first === undefined || typeof entry !== 'object' || entry === null) return [];
  const given = Object.entries(entry).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  const [[name, value] = [], ...others] = given;
  return others.length === 0 && name?.toLowerCase() === first.toLowerCase() ? [String(value).toLowerCase()] : [];
}
