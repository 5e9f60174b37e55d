import { ObjectInvalid } from '@parley/directory';
import { type CmdletDefinition, nearest, type Parameter, type Problem, problem, remark } from '@parley/schema';
import { convert } from './convert.ts';
import type { Asked } from './ports.ts';

/** What was given to a cmdlet, under the names of its declaration. */
export interface Bound {
  /** Property -> value: what an object is made of, or what of it changes. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Parameter -> value, all of them, in the spelling of the declaration. */
  readonly named: Readonly<Record<string, unknown>>;
}

/** More than any cmdlet has. */
const MOST_PARAMETERS = 256;
const MOST_PROBLEMS = 20;

type Named = readonly [name: string, parameter: Parameter];

/** A cmdlet's parameters by every name they go by, lower case. */
function parametersOf({ parameters }: CmdletDefinition): ReadonlyMap<string, Named> {
  return new Map(
    Object.entries(parameters).flatMap(([name, parameter]) =>
      [name, ...(parameter.aliases ?? [])].map((each): [string, Named] => [each.toLowerCase(), [name, parameter]]),
    ),
  );
}

/** Names that every command of the originals' shells has; they are the shell's business, and here nobody's. */
const COMMON = new Set(['whatif', 'confirm', 'erroraction', 'verbose', 'debug', 'warningaction', 'outvariable']);

/**
 * Puts what was given under the names of the declaration, whatever the case and the alias, each value converted to what its property
 * wants. Throws an `ObjectInvalid` that names everything that is unknown, doubled or missing.
 */
export function bind(
  cmdlet: CmdletDefinition,
  { parameters: given, input }: Pick<Asked, 'parameters' | 'input'>,
): Bound {
  const known = parametersOf(cmdlet);
  const problems: Problem[] = [];
  const values = new Map<string, unknown>();
  for (const [word, value] of Object.entries(given).slice(0, MOST_PARAMETERS)) {
    const name = known.get(word.toLowerCase())?.[0];
    if (name === undefined) {
      if (!COMMON.has(word.toLowerCase())) problems.push(unknown(cmdlet, word));
    } else if (values.has(name)) problems.push(remark(name, value, `${name} is given twice`));
    else if (value !== undefined) values.set(name, value);
  }
  problems.push(...missing(cmdlet, values, input !== undefined));
  if (problems.length > 0) throw new ObjectInvalid(problems.slice(0, MOST_PROBLEMS));
  return sorted(cmdlet, values);
}

function unknown({ name, parameters }: CmdletDefinition, word: string): Problem {
  const near = nearest(word, Object.keys(parameters));
  return remark(word.slice(0, 80), undefined, `${name} has no parameter ${JSON.stringify(word.slice(0, 80))}: ${near}`);
}

function missing({ parameters }: CmdletDefinition, values: ReadonlyMap<string, unknown>, hasInput: boolean): Problem[] {
  return Object.entries(parameters)
    .filter(([, { required, inSets, sets }]) => required && !inSets && !(hasInput && sets !== undefined))
    .filter(([name]) => isEmpty(values.get(name)))
    .map(([name]) => problem(name, undefined, 'given'));
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

function sorted({ parameters }: CmdletDefinition, values: ReadonlyMap<string, unknown>): Bound {
  const properties: [string, unknown][] = [];
  const named: [string, unknown][] = [];
  for (const [name, value] of values) {
    const parameter = parameters[name];
    if (parameter === undefined) continue;
    const converted = convert(value, parameter.property);
    named.push([name, converted]);
    if (parameter.sets !== undefined) properties.push([parameter.sets, converted]);
  }
  return { properties: Object.fromEntries(properties), named: Object.fromEntries(named) };
}

/** A text among what was given; throws an `ObjectInvalid` when it is something else. */
export function textIn({ named }: Bound, name: string, longest = LONGEST_TEXT): string | undefined {
  const value = Object.hasOwn(named, name) ? named[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length <= longest) return value;
  throw new ObjectInvalid([problem(name, value, `a text of at most ${longest} characters`)]);
}

const LONGEST_TEXT = 2048;
