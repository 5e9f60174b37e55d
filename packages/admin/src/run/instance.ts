import { ObjectInvalid } from '@parley/directory';
import { type CmdletDefinition, problem } from '@parley/schema';
import type { Bound } from './bind.ts';
import { convert } from './convert.ts';

/** An object that was read, changed and given back whole. */
export interface Instance {
  readonly identity: string;
  /** What it was when it was read; whatever is there when it does not say. */
  readonly etag?: string;
  /** Everything in it that the cmdlet can set. */
  readonly patch: Readonly<Record<string, unknown>>;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** `-Instance`: an object as cmdlets answer with it, or its properties alone. Throws an `ObjectInvalid` when it says of which object it is not. */
export function instanceIn({ parameters }: CmdletDefinition, { named }: Bound): Instance | undefined {
  const given = named.Instance;
  if (given === undefined || given === null) return undefined;
  const whole = new Map(isObject(given) ? Object.entries(given) : []);
  const inner = whole.get('properties');
  const values = new Map(
    (isObject(inner) ? Object.entries(inner) : [...whole]).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const identity = textOf(whole.get('id')) ?? textOf(values.get('identity')) ?? textOf(values.get('name'));
  if (identity === undefined) throw new ObjectInvalid([problem('Instance', given, 'an object that was read before')]);
  const etag = textOf(whole.get('etag'));
  const patch = Object.entries(parameters).flatMap(([name, { sets, property }]): [string, unknown][] => {
    const value = values.get(name.toLowerCase());
    return sets === undefined || value === undefined ? [] : [[sets, convert(value, property)]];
  });
  return { identity, patch: Object.fromEntries(patch), ...(etag === undefined ? {} : { etag }) };
}
