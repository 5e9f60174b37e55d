import type { Block } from '../language/ast.ts';

/** What variables hold and pipelines carry. */
export type Value =
  | null
  | string
  | number
  | boolean
  | Uint8Array
  | Value[]
  | ShellObject
  | Table
  | ScriptBlock
  | Formatted;

/** Where an object of the server comes from. */
export interface Origin {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** Properties by name, whatever the case, in the order in which they came. A name from outside is never a property of JavaScript's. */
class Names {
  readonly #entries = new Map<string, { readonly name: string; value: Value }>();

  constructor(entries: Iterable<readonly [string, Value]> = []) {
    for (const [name, value] of entries) this.set(name, value);
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  /** Undefined when there is no such name. */
  get(name: string): Value | undefined {
    return this.#entries.get(name.toLowerCase())?.value;
  }

  set(name: string, value: Value): void {
    const key = name.toLowerCase();
    const entry = this.#entries.get(key);
    if (entry) entry.value = value;
    else this.#entries.set(key, { name, value });
  }

  names(): string[] {
    return Array.from(this.#entries.values(), ({ name }) => name);
  }

  entries(): [string, Value][] {
    return Array.from(this.#entries.values(), ({ name, value }) => [name, value]);
  }

  get size(): number {
    return this.#entries.size;
  }
}

/** Something with properties: an object of the server, a row of a table, what Select-Object makes. */
export class ShellObject extends Names {
  /** What it is for people: `UMMailbox`, `Object`. */
  readonly typeName: string;
  /** Where it comes from, when the server has it. */
  readonly origin: Origin | undefined;
  /** As it came from the server; what differs was changed here. */
  readonly #asRead: ReadonlyMap<string, Value>;

  constructor(typeName: string, entries: Iterable<readonly [string, Value]>, origin?: Origin) {
    super(entries);
    this.typeName = typeName;
    this.origin = origin;
    this.#asRead = new Map(
      origin ? this.entries().map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]) : [],
    );
  }

  /** What was changed since it was read. */
  changes(): [string, Value][] {
    return this.entries().filter(
      ([name, value]) => !this.#asRead.has(name) || !isSame(this.#asRead.get(name) ?? null, value),
    );
  }
}

function isSame(left: Value, right: Value): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((each, i) => each === right[i]);
}

/** `@{ Name = value }`. */
export class Table extends Names {}

/** `{ ... }`, to be run. */
export class ScriptBlock {
  readonly block: Block;

  constructor(block: Block) {
    this.block = block;
  }
}

/** Lines that Format-Table and Format-List have made: they are printed and nothing else. */
export class Formatted {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }
}

/** What a value is for people. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'Null';
  if (value instanceof ShellObject) return value.typeName;
  if (value instanceof Table) return 'Hashtable';
  if (value instanceof ScriptBlock) return 'ScriptBlock';
  if (value instanceof Formatted) return 'Formatted';
  if (value instanceof Uint8Array) return 'Byte[]';
  if (Array.isArray(value)) return 'Object[]';
  return { string: 'String', number: 'Number', boolean: 'Boolean' }[typeof value as 'string' | 'number' | 'boolean'];
}

/** Something of JSON as a value. Objects become rows without an origin. */
export function fromJson(value: unknown, typeName = 'Object'): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.map(each => fromJson(each, typeName));
  if (typeof value !== 'object') return null;
  return new ShellObject(
    typeName,
    Object.entries(value).map(([name, each]): [string, Value] => [name, fromJson(each, typeName)]),
  );
}

/** What several values are together: nothing, the one, or a list. */
export function together(values: Value[]): Value {
  return values.length === 0 ? null : values.length === 1 ? (values[0] ?? null) : values;
}
