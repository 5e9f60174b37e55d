import { type Problem, problem } from '@parley/schema';
import { ObjectInvalid } from '../../objects.ts';

/** What a cmdlet was given, by the names of its parameters. */
export type Parameters = Readonly<Record<string, unknown>>;

const LONGEST = 1024;
const MOST = 10_000;

/** What was really given; an empty text and `null` are not. */
export function valueIn(parameters: Parameters, name: string): unknown {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return value === null || value === '' ? undefined : value;
}

/** A text; throws an `ObjectInvalid` for anything else. */
export function textIn(parameters: Parameters, name: string): string | undefined {
  const value = valueIn(parameters, name);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= LONGEST) return value;
  throw new ObjectInvalid([problem(name, value, `a text of at most ${LONGEST} characters`)]);
}

/** The same, which must be given. */
export function neededIn(parameters: Parameters, name: string): string {
  const text = textIn(parameters, name);
  if (text !== undefined) return text;
  throw new ObjectInvalid([problem(name, undefined, 'given')]);
}

/** A flag; throws an `ObjectInvalid` for anything else. */
export function flagIn(parameters: Parameters, name: string): boolean | undefined {
  const value = valueIn(parameters, name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ObjectInvalid([problem(name, value, 'true or false')]);
}

/** Several texts, or one; throws an `ObjectInvalid` for anything else. */
export function textsIn(parameters: Parameters, name: string): readonly string[] | undefined {
  const value = valueIn(parameters, name);
  if (value === undefined) return undefined;
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (entries.length > MOST) throw new ObjectInvalid([problem(name, `${entries.length} entries`, `at most ${MOST}`)]);
  return entries.map(each => {
    if (typeof each === 'string' && each !== '' && each.length <= LONGEST) return each;
    throw new ObjectInvalid([problem(name, each, `texts of at most ${LONGEST} characters`)]);
  });
}

/** Refuses what was given when something is wrong with it. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ObjectInvalid(problems);
}
