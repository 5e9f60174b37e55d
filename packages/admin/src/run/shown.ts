import type { Stored } from '@parley/directory';
import { ObjectInvalid } from '@parley/directory';
import { type CmdletDefinition, definitionOf, type ObjectDefinition, type Problem, shownName } from '@parley/schema';

/** The property of a kind that a word from outside means: its own name or a shown one, in any case. */
export function propertyNamed({ properties }: ObjectDefinition, word: string): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted === 'identity') return 'name';
  const found = Object.entries(properties).find(([name, property]) =>
    [name, shownName(name, property), ...(property.aliases ?? [])].some(each => each.toLowerCase() === wanted),
  );
  return found?.[0];
}

/**
 * An object's properties as cmdlets show them: references by name, what is not set as null, what is worked out at the end. `shows` are
 * the properties that are shown; all of them when not given.
 */
export function shownProperties(stored: Stored, shows?: readonly string[]): Record<string, unknown> {
  const { properties, computed: declared = {} } = definitionOf(stored.kind);
  const values = new Map<string, unknown>([
    ...Object.entries(stored.object),
    ...Object.entries(stored.computed),
    ...Object.entries(stored.references),
  ]);
  const shown = [...Object.entries(properties), ...Object.entries(declared)]
    .filter(([name]) => shows === undefined || shows.includes(name))
    .map(([name, property]): [string, unknown] => [shownName(name, property), values.get(name) ?? null]);
  return Object.fromEntries(shown);
}

/** An object as REST gives it: with its properties under their own names, only those that the cmdlet shows. */
export function visible(
  stored: Stored,
  { shows }: CmdletDefinition,
): Omit<Stored, 'object'> & { readonly object: object } {
  if (shows === undefined) return stored;
  const kept = (values: object) =>
    Object.fromEntries(
      Object.entries(values).filter(([name]) => name === 'id' || shows.includes(name.split('.')[0] ?? '')),
    );
  const { object, references, computed } = stored;
  return { ...stored, object: kept(object), references: kept(references), computed: kept(computed) };
}

/** What an object is called; a few kinds have no names. */
export function nameOf({ object }: Stored): string {
  return 'name' in object && typeof object.name === 'string' ? object.name : '';
}

/** Problems of properties under the names of the cmdlet's parameters. */
export function withShownNames(cmdlet: CmdletDefinition, invalid: ObjectInvalid): ObjectInvalid {
  const shown = new Map(Object.entries(cmdlet.parameters).map(([name, { sets }]) => [sets, name]));
  return new ObjectInvalid(invalid.problems.map(problem => renamed(problem, shown)));
}

function renamed(problem: Problem, shown: ReadonlyMap<string | undefined, string>): Problem {
  const [property = '', ...parts] = problem.property.split('.');
  const name = shown.get(property);
  if (name === undefined) return problem;
  const message = problem.message.startsWith(property)
    ? name + problem.message.slice(property.length)
    : problem.message;
  const allowed = problem.allowed === problem.message ? message : problem.allowed;
  return { ...problem, property: [name, ...parts].join('.'), message, allowed };
}
