import type { AdminClient } from '@parley/admin/client';
import type { Property } from '@parley/schema';

/** Something after `--`: the property whose value it is, or a text, a number or a switch of the command's own. */
export interface Option {
  /** In camelCase, as the property; on the command line `--display-name` and `--displayName` are the same. */
  readonly name: string;
  readonly help: string;
  readonly property?: Property;
  /** Without a property: what follows it. */
  readonly takes?: 'text' | 'number' | 'nothing';
}

/** What was typed, understood. */
export interface Input {
  readonly positionals: readonly string[];
  /** Options by name: a property's value (`null` to clear it), a text, a number, or true. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly json: boolean;
}

/** One thing to do with a noun. */
export interface Verb {
  /** Empty when the noun says it all: `parley status`. */
  readonly name: string;
  readonly summary: string;
  /** Names of what has to be given without `--`, in order; one that ends with `?` may be left out. */
  readonly positionals: readonly string[];
  readonly options: readonly Option[];
  /** Whole lines that work one after the other on a fresh installation: the tests run them. */
  readonly examples: readonly string[];
  /** Does it; resolves with what is printed. */
  run(input: Input, client: AdminClient): Promise<string>;
}

/** A word of the command line with its verbs. */
export interface Noun {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

/** A line that cannot be understood; the message says what is allowed. Exit code 2. */
export class InvalidLine extends Error {}
