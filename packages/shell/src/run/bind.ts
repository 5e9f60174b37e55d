import { nearest } from '@parley/schema';
import type { Span } from '../language/ast.ts';
import { textOf } from './convert.ts';
import { usage } from './failure.ts';
import type { Value } from './values.ts';

/** A parameter as the line of a command has it. */
export interface Taken {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Place on the line when its name is left out, from 0. */
  readonly position?: number;
  /** Given without a value it is true. */
  readonly isSwitch?: boolean;
  /** Takes every argument that has no other place. */
  readonly takesRest?: boolean;
  /** What it may be, for whoever leaves it out. */
  readonly values?: readonly string[];
  /** Every command has it; a command's own name comes first. */
  readonly isCommon?: boolean;
}

/** What stood behind the name of a command, with its values. */
export type Argument =
  | { readonly type: 'parameter'; readonly name: string; readonly value?: Value; readonly at: Span }
  | { readonly type: 'argument'; readonly value: Value; readonly at: Span };

export interface Given {
  readonly value: Value;
  readonly at: Span;
}

/** What was given, by the parameter's own name. */
export type Bindings = Map<string, Given>;

/** Parameters that every command takes. */
export const COMMON: readonly Taken[] = [
  { name: 'ErrorAction', aliases: ['ea'], isCommon: true },
  { name: 'WarningAction', aliases: ['wa'], isCommon: true },
  { name: 'Verbose', aliases: ['vb'], isSwitch: true, isCommon: true },
  { name: 'Debug', aliases: ['db'], isSwitch: true, isCommon: true },
];

const quoted = (text: string) => JSON.stringify(text.slice(0, 60));

/** The parameter of a name: exact, or the only one that begins so. */
export function parameterNamed(
  command: string,
  { taken, name, at }: { readonly taken: readonly Taken[]; readonly name: string; readonly at: Span },
): Taken {
  const wanted = name.toLowerCase();
  const names = (each: Taken) => [each.name, ...(each.aliases ?? [])].map(word => word.toLowerCase());
  const exact = taken.find(each => names(each).includes(wanted));
  if (exact) return exact;
  const beginning = taken.filter(each => names(each).some(word => word.startsWith(wanted)));
  const own = beginning.filter(each => !each.isCommon);
  const fitting = own.length > 0 ? own : beginning;
  if (fitting.length === 1 && fitting[0]) return fitting[0];
  if (fitting.length > 1) {
    const which = fitting
      .slice(0, 6)
      .map(each => `-${each.name}`)
      .join(', ');
    throw usage(`${quoted(`-${name}`)} may be ${which}: write more of it`, at, command);
  }
  const near = nearest(
    `-${name}`,
    taken.map(each => `-${each.name}`),
  );
  throw usage(`there is no parameter ${quoted(`-${name}`)}: ${near}`, at, command);
}

/** Puts what stood on a line under the names of the parameters. Throws a `ShellFailure` that says where the line is wrong. */
export function bindLine(command: string, taken: readonly Taken[], line: readonly Argument[]): Bindings {
  const bindings: Bindings = new Map();
  const positionals: (Argument & { readonly type: 'argument' })[] = [];
  const give = ({ name }: Taken, value: Value, at: Span) => {
    if (bindings.has(name)) throw usage(`-${name} is given twice`, at, command);
    bindings.set(name, { value, at });
  };
  for (let i = 0; i < line.length; i++) {
    const each = line[i];
    if (each?.type === 'argument') positionals.push(each);
    else if (each) {
      const parameter = parameterNamed(command, { taken, name: each.name, at: each.at });
      const next = line[i + 1];
      if (each.value !== undefined) give(parameter, each.value, each.at);
      else if (parameter.isSwitch) give(parameter, true, each.at);
      else if (next?.type === 'argument') {
        give(parameter, next.value, next.at);
        i++;
      } else throw usage(needsValue(parameter), each.at, command);
    }
  }
  bindPositionals(command, { taken, bindings, positionals });
  return bindings;
}

function needsValue({ name, values = [] }: Taken): string {
  const allowed = values.length > 0 ? `: ${values.slice(0, -1).join(', ')} or ${values.at(-1)}` : '';
  return `-${name} needs a value${allowed}`;
}

/** The same for a command that knows itself what it takes: every parameter has what stands behind it, or is true. */
export function bindAnything(command: string, line: readonly Argument[]): Bindings {
  const bindings: Bindings = new Map();
  for (let i = 0; i < line.length; i++) {
    const each = line[i];
    if (each?.type === 'argument')
      throw usage(`${quoted(textOf(each.value))} needs the name of its parameter`, each.at, command);
    if (!each) continue;
    const next = line[i + 1];
    if (bindings.has(each.name.toLowerCase())) throw usage(`-${each.name} is given twice`, each.at, command);
    if (each.value === undefined && next?.type === 'argument') i++;
    const value = each.value ?? (next?.type === 'argument' ? next.value : true);
    bindings.set(each.name.toLowerCase(), { value, at: each.at });
  }
  return bindings;
}

interface Positionals {
  readonly taken: readonly Taken[];
  readonly bindings: Bindings;
  readonly positionals: readonly Given[];
}

/** What stood without a name goes to the parameters that have a place and were not named, in their order. */
function bindPositionals(command: string, { taken, bindings, positionals }: Positionals): void {
  const free = taken
    .filter(each => each.position !== undefined && !bindings.has(each.name))
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const rest = taken.find(each => each.takesRest && !bindings.has(each.name));
  for (const [i, { value, at }] of positionals.entries()) {
    const parameter = free[i];
    if (parameter && parameter !== rest) bindings.set(parameter.name, { value, at });
    else if (rest) {
      const before = bindings.get(rest.name);
      const entries = before ? [...(Array.isArray(before.value) ? before.value : [before.value]), value] : [value];
      bindings.set(rest.name, { value: entries, at: before?.at ?? at });
    } else
      throw usage(
        `${quoted(textOf(value))} is too much: a text with blanks needs quotes, a parameter its name`,
        at,
        command,
      );
  }
}
