import { ObjectInvalid } from '@parley/directory';
import { problem } from '@parley/schema';
import type { Bound } from '../../run/bind.ts';

const MOST_ENTRIES = 64;
const LONGEST_ENTRY = 1024;

const valueIn = ({ named }: Bound, name: string): unknown => (Object.hasOwn(named, name) ? named[name] : undefined);

/** A list of texts that was given; undefined when none was, `null` when it is to be taken away. Throws an `ObjectInvalid`. */
export function textsIn(bound: Bound, name: string): readonly string[] | null | undefined {
  const value = valueIn(bound, name);
  if (value === undefined || value === null) return value;
  const isText = (each: unknown): each is string => typeof each === 'string' && each.length <= LONGEST_ENTRY;
  if (Array.isArray(value) && value.length <= MOST_ENTRIES && value.every(isText)) return value;
  throw new ObjectInvalid([problem(name, value, `a list of at most ${MOST_ENTRIES} texts`)]);
}

/** A text that was given; undefined when none was, `null` when it is to be taken away. Throws an `ObjectInvalid`. */
export function textOrNullIn(bound: Bound, name: string, longest = LONGEST_ENTRY): string | null | undefined {
  const value = valueIn(bound, name);
  if (value === undefined || value === null) return value;
  if (typeof value === 'string' && value.length <= longest) return value;
  // The value is not told: it may be a password.
  throw new ObjectInvalid([problem(name, undefined, `a text of at most ${longest} characters`)]);
}

/** True or false; undefined when it was not given. Throws an `ObjectInvalid`. */
export function flagIn(bound: Bound, name: string): boolean | undefined {
  const value = valueIn(bound, name) ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ObjectInvalid([problem(name, value, 'true or false')]);
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly usual: number;
}

/** A whole number in a range. Throws an `ObjectInvalid`. */
export function countIn(bound: Bound, name: string, { min, max, usual }: Range): number {
  const value = valueIn(bound, name) ?? usual;
  const count = typeof value === 'string' && /^[0-9]{1,9}$/.test(value) ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= min && count <= max) return count;
  throw new ObjectInvalid([problem(name, value, `a whole number from ${min} to ${max}`)]);
}
