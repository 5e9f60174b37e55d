import {
  checkValue,
  definitionOf,
  type ListProperty,
  type Problem,
  type Property,
  problem,
} from '@parley/schema';
import { ObjectInvalid } from '../objects.ts';
import type { Kept } from './kept.ts';
import { isListPatch, isValues, setOwn } from './references.ts';

/** Entries that one change may add or remove. */
const MOST = 10_000;

/** A patch in which lists that are changed by `add` and `remove` are whole lists. Throws `ObjectInvalid`. */
export function withWholeLists(kept: Kept, patch: Record<string, unknown>): void {
  const { properties } = definitionOf(kept.kind);
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(patch)) {
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (declared?.type !== 'list' || !isValues(value) || !isListPatch(value)) continue;
    const whole = changedList(name, { declared, present: presentOf(kept, name, declared), change: value });
    if ('problem' in whole) problems.push(whole.problem);
    else setOwn(patch, name, whole.entries);
  }
  if (problems.length > 0) throw new ObjectInvalid(problems);
}

function presentOf(kept: Kept, name: string, declared: Property): readonly unknown[] {
  const value: unknown = kept.document[name] ?? ('default' in declared ? declared.default : undefined);
  return Array.isArray(value) ? value : [];
}

type ListChange = Readonly<Record<string, unknown>>;

function changedList(
  name: string,
  { declared, present, change }: { declared: ListProperty; present: readonly unknown[]; change: ListChange },
): { readonly entries: readonly unknown[] } | { readonly problem: Problem } {
  const removed = entriesOf(change, 'remove');
  const added = entriesOf(change, 'add');
  if (removed.length + added.length > MOST)
    return { problem: problem(name, undefined, `at most ${MOST} entries to add and remove`) };
  const gone = new Set(removed.map(entry => keyOf(name, entry, declared)));
  const entries = present.filter(entry => !gone.has(keyOf(name, entry, declared)));
  const there = new Set(entries.map(entry => keyOf(name, entry, declared)));
  for (const entry of added) {
    const key = keyOf(name, entry, declared);
    if (!there.has(key)) entries.push(entry);
    there.add(key);
  }
  return { entries };
}

function entriesOf(change: ListChange, word: string): readonly unknown[] {
  const given = Object.entries(change).flatMap(([name, value]) => (name.toLowerCase() === word ? [value] : []));
  return given.flatMap((value): readonly unknown[] => (Array.isArray(value) ? value : value === null ? [] : [value]));
}

/** Entries are equal when they are once they are clean, upper and lower case being the same. */
function keyOf(name: string, entry: unknown, declared: ListProperty): string {
  const checked = checkValue(name, [entry], declared);
  return JSON.stringify('value' in checked ? checked.value : [entry]).toLowerCase();
}
