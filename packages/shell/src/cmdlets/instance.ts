import { type CmdletDefinition, definitionOf, isKind, shownName } from '@parley/schema';
import type { Given } from '../run/bind.ts';
import { textOf } from '../run/convert.ts';
import { usage } from '../run/failure.ts';
import { ShellObject, together, type Value } from '../run/values.ts';
import { sent } from './convert.ts';
import { type Sent, settable } from './parameters.ts';

/** A cmdlet and what it is given. */
export interface Instead {
  readonly cmdlet: CmdletDefinition;
  readonly parameters: Sent;
}

/**
 * What `-Instance` stands for. Of an object that was read: its identity and what was changed since. Of one that was made with -InMemory:
 * it is made now, with all that it has. Throws a `ShellFailure` for anything else.
 */
export function forInstance(
  cmdlet: CmdletDefinition,
  { value, at }: Given,
  find: (name: string) => CmdletDefinition | undefined,
): Instead {
  const object = together(Array.isArray(value) ? value : [value]);
  if (
    !(object instanceof ShellObject) ||
    !object.origin ||
    (cmdlet.kind !== undefined && object.origin.kind !== cmdlet.kind)
  )
    throw usage(
      `-Instance is ${JSON.stringify(textOf(value).slice(0, 60))}: it must be a ${cmdlet.kind ?? 'object'} that was read`,
      at,
      cmdlet.name,
    );
  if (object.origin.id === '') {
    const make = find(cmdlet.name.replace(/^Set-/, 'New-'));
    if (make) return { cmdlet: make, parameters: valuesOf(make, object.entries(), at) };
  }
  const identity = Object.hasOwn(cmdlet.parameters, 'Identity')
    ? { Identity: object.origin.id || object.origin.name }
    : {};
  return { cmdlet, parameters: { ...identity, ...changesOf(cmdlet, object, at) } };
}

/** What was changed in an object since it was read, as parameters. */
export function changesOf(cmdlet: CmdletDefinition, object: ShellObject, at: Given['at']): Sent {
  return Object.fromEntries(
    object.changes().map(([property, value]) => {
      const name = settable(cmdlet, property);
      return [name, converted(cmdlet, name, { value, at })];
    }),
  );
}

/** Of what an object has, what the cmdlet takes. */
function valuesOf(cmdlet: CmdletDefinition, entries: readonly (readonly [string, Value])[], at: Given['at']): Sent {
  const computed = isKind(cmdlet.kind ?? '') ? computedOf(cmdlet.kind ?? '') : new Set<string>();
  const taken = entries.filter(
    ([name, value]) => value !== null && Object.hasOwn(cmdlet.parameters, name) && !computed.has(name),
  );
  return Object.fromEntries(taken.map(([name, value]) => [name, converted(cmdlet, name, { value, at })]));
}

function computedOf(kind: string): ReadonlySet<string> {
  const { computed = {} } = isKind(kind) ? definitionOf(kind) : {};
  return new Set(Object.entries(computed).map(([name, property]) => shownName(name, property)));
}

function converted({ parameters }: CmdletDefinition, name: string, { value, at }: Given): unknown {
  const parameter = parameters[name];
  return parameter ? sent(value, parameter, { name, at }) : value;
}
