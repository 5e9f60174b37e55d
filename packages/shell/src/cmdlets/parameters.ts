import { type CmdletDefinition, nearest, type Parameter, type Property } from '@parley/schema';
import type { Span } from '../language/ast.ts';
import type { Bindings, Taken } from '../run/bind.ts';
import { usage } from '../run/failure.ts';
import { ShellObject, Table, type Value } from '../run/values.ts';
import { sent } from './convert.ts';

const CHANGING: readonly Taken[] = [
  { name: 'WhatIf', aliases: ['wi'], isSwitch: true, isCommon: true },
  { name: 'Confirm', aliases: ['cf'], isSwitch: true, isCommon: true },
];

/** An object that was read and changed: every cmdlet that changes objects takes one. */
const INSTANCE: Taken = { name: 'Instance', isCommon: true };

/** What the line of a cmdlet may have: its own parameters, and those of all that change something. */
export function takenBy({ parameters, changes, does }: CmdletDefinition): readonly Taken[] {
  const own = Object.entries(parameters).map(
    ([name, { aliases, position, isSwitch, property }]): Taken => ({
      name,
      ...valuesOf(property),
      ...(aliases ? { aliases } : {}),
      ...(position === undefined ? {} : { position }),
      ...(isSwitch ? { isSwitch: true } : {}),
    }),
  );
  const more = [...(changes ? CHANGING : []), ...(does === 'set' ? [INSTANCE] : [])];
  return [...own, ...more.filter(({ name }) => !Object.hasOwn(parameters, name))];
}

/** The values that a parameter may have, when they are few enough to be told. */
function valuesOf(property: Property): Pick<Taken, 'values'> {
  if (property.type === 'flag') return { values: ['true', 'false'] };
  return property.type === 'choice' && property.values.length <= MOST_VALUES ? { values: property.values } : {};
}

const MOST_VALUES = 12;

/** What is sent, by the names of the declaration. */
export type Sent = Record<string, unknown>;

/** What stood on the line, converted. Throws a `ShellFailure` with the place of what is no value of its parameter. */
export function fromLine({ parameters }: CmdletDefinition, given: Bindings): Sent {
  const all: Sent = {};
  for (const [name, { value, at }] of given) {
    const parameter = ownParameter(parameters, name);
    if (parameter && name !== 'Instance') all[name] = sent(value, parameter, { name, at });
  }
  return all;
}

const ownParameter = (parameters: CmdletDefinition['parameters'], name: string): Parameter | undefined =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined;

/** Whether something that comes through the pipeline has a parameter to go to. */
export function takesPipeline({ parameters }: CmdletDefinition, given: Bindings): boolean {
  return Object.entries(parameters).some(
    ([name, { pipeline }]) => pipeline !== undefined && name !== 'Instance' && !given.has(name),
  );
}

/** What an object of the pipeline gives to parameters that were not on the line. */
export function fromPipeline(
  { parameters }: CmdletDefinition,
  { item, given, at }: { readonly item: Value; readonly given: Bindings; readonly at: Span },
): Sent {
  const all: Sent = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.pipeline === undefined || name === 'Instance' || given.has(name)) continue;
    const value = parameter.pipeline === 'object' ? wholeOrNamed(item, name, parameter) : named(item, name, parameter);
    if (value !== undefined) all[name] = sent(value, parameter, { name, at });
  }
  return all;
}

/** The object itself when the server has it or when it is no object; of a row of a table, the column of that name. */
function wholeOrNamed(item: Value, name: string, parameter: Parameter): Value | undefined {
  const isRow = (item instanceof ShellObject && !item.origin) || item instanceof Table;
  return isRow ? (named(item, name, parameter) ?? item) : item;
}

function named(item: Value, name: string, { aliases = [] }: Parameter): Value | undefined {
  if (!(item instanceof ShellObject) && !(item instanceof Table)) return undefined;
  return [name, ...aliases]
    .map(each => item.get(each))
    .find(value => value !== undefined && value !== null && value !== '');
}

/** Parameters of different sets stand together on a line only when one set has them all. Throws a `ShellFailure`. */
export function checkSets(
  { name: command, parameters }: CmdletDefinition,
  { given, all, at }: { readonly given: Bindings; readonly all: Sent; readonly at: Span },
): void {
  const names = Object.keys(all).filter(name => name !== 'Instance');
  let possible: ReadonlySet<string> | undefined;
  let last: string | undefined;
  for (const name of names) {
    const sets = ownParameter(parameters, name)?.inSets;
    if (!sets) continue;
    const before = possible;
    possible = new Set(sets.filter(set => before === undefined || before.has(set)));
    if (possible.size === 0)
      throw usage(`-${last} and -${name} do not go together`, given.get(name)?.at ?? at, command);
    last = name;
  }
  const missing = Object.entries(parameters).find(
    ([name, { required, inSets }]) => required && !inSets && (all[name] === undefined || all[name] === null),
  );
  if (missing) throw usage(`-${missing[0]} is missing: ${missing[1].property.help}`, at, command);
}

/** A parameter of the name of a property that was changed. */
export function settable(cmdlet: CmdletDefinition, property: string): string {
  const found = Object.keys(cmdlet.parameters).find(name => name.toLowerCase() === property.toLowerCase());
  if (found !== undefined && cmdlet.parameters[found]?.sets !== undefined) return found;
  const near = nearest(property, Object.keys(cmdlet.parameters));
  throw usage(`${cmdlet.name} cannot change ${property}: ${near}`);
}
