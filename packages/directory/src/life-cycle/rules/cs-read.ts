import { definitionOf, type Kind, type Problem, problem, shownName } from '@parley/schema';
import { ObjectInvalid } from '../../objects.ts';

/** What a cmdlet was given, by the names of its parameters. */
export type Given = Readonly<Record<string, unknown>>;

/** What was given under a name; undefined when nothing was. */
export const givenIn = (parameters: Given, name: string): unknown =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined;

/** A text; throws an `ObjectInvalid` when it is none. */
export function textIn(parameters: Given, name: string, allowed: string): string {
  const value = givenIn(parameters, name);
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(problem(name, value ?? undefined, allowed));
}

/** A text, or nothing. */
export function optionalTextIn(parameters: Given, name: string): string | undefined {
  const value = givenIn(parameters, name) ?? undefined;
  return value === undefined ? undefined : textIn(parameters, name, 'text');
}

/** Whether a switch was given. */
export const isOn = (parameters: Given, name: string): boolean => givenIn(parameters, name) === true;

/** The same under the names that are shown. */
export const shownIn = (parameters: Given, kind: Kind, names: readonly string[]): Given =>
  Object.fromEntries(
    Object.entries(propertiesIn(parameters, kind, names)).map(([name, value]) => [
      shownName(name, definitionOf(kind).properties[name]),
      value,
    ]),
  );

/** What was given of these properties of a kind, under the names that cmdlets show: input of a new object or a patch. */
export function propertiesIn(parameters: Given, kind: Kind, names: readonly string[]): Given {
  const { properties } = definitionOf(kind);
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const property = properties[name];
      const shown = property && shownName(name, property);
      return shown !== undefined && Object.hasOwn(parameters, shown) ? [[name, parameters[shown]]] : [];
    }),
  );
}

export const invalid = (...problems: readonly Problem[]): ObjectInvalid => new ObjectInvalid(problems);
