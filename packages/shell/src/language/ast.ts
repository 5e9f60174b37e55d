/** Where something stands in the source: offsets in UTF-16 units, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly at: Span;
}

/** A constant text, without its quotes. */
export interface Text extends Node {
  readonly type: 'text';
  readonly value: string;
  /** It stood without quotes among the arguments of a command. */
  readonly bare?: true;
}

/** A number, and how it was written: `0150` as the value of a text stays `0150`. */
export interface Numeral extends Node {
  readonly type: 'number';
  readonly value: number;
  readonly written: string;
}

/** A text with values in it: `"Hello $name"`. */
export interface Joined extends Node {
  readonly type: 'joined';
  readonly parts: readonly (string | Expression)[];
}

export interface Variable extends Node {
  readonly type: 'variable';
  readonly name: string;
}

/** `a, b, c`. */
export interface ArrayLiteral extends Node {
  readonly type: 'array';
  readonly items: readonly Expression[];
}

/** `@( )`: always a list; `$( )`: what the statements give; `( )`: one statement's value. */
export interface Grouped extends Node {
  readonly type: 'list' | 'subexpression' | 'group';
  readonly statements: readonly Statement[];
}

export interface TableLiteral extends Node {
  readonly type: 'table';
  readonly entries: readonly { readonly key: Expression; readonly value: Statement }[];
}

/** `{ }`, run later. */
export interface Block extends Node {
  readonly type: 'block';
  /** What stands between the braces, as it is written: filters are given so. */
  readonly source: string;
  readonly statements: readonly Statement[];
}

/** Operators of one rank, from the left: `1 + 2 - 3`. Flat, so that a long one is not a deep one. */
export interface Chain extends Node {
  readonly type: 'chain';
  readonly first: Expression;
  readonly rest: readonly { readonly operator: string; readonly operand: Expression; readonly at: Span }[];
}

/** Operators and casts before a value, the outermost first: `-not`, `!`, `-`, `[int]`. */
export interface Prefixed extends Node {
  readonly type: 'prefixed';
  readonly prefixes: readonly Prefix[];
  readonly operand: Expression;
}

export type Prefix = { readonly operator: string; readonly at: Span } | { readonly cast: string; readonly at: Span };

/** What follows a value: `.Name`, `.Trim()`, `[0]`. */
export type Step =
  | { readonly member: Expression; readonly arguments?: readonly Expression[]; readonly at: Span }
  | { readonly index: Expression; readonly at: Span };

export interface Access extends Node {
  readonly type: 'access';
  readonly of: Expression;
  readonly steps: readonly Step[];
}

export type Expression =
  | Text
  | Numeral
  | Joined
  | Variable
  | ArrayLiteral
  | Grouped
  | TableLiteral
  | Block
  | Chain
  | Prefixed
  | Access;

/** What stands behind the name of a command. Whether a parameter takes the argument behind it, only the command knows. */
export type CommandElement =
  | { readonly type: 'parameter'; readonly name: string; readonly value?: Expression; readonly at: Span }
  | { readonly type: 'argument'; readonly value: Expression; readonly at: Span }
  | { readonly type: 'splat'; readonly variable: string; readonly at: Span };

export interface Command extends Node {
  readonly type: 'command';
  readonly name: string;
  readonly nameAt: Span;
  readonly elements: readonly CommandElement[];
}

/** Commands through which values run; the first may be an expression. */
export interface Pipeline extends Node {
  readonly type: 'pipeline';
  readonly first: Command | Expression;
  readonly rest: readonly Command[];
}

export interface Assignment extends Node {
  readonly type: 'assignment';
  readonly target: Variable | Access;
  /** `[int] $x = ...`: the value is made this. */
  readonly cast?: string;
  readonly operator: '=' | '+=' | '-=' | '*=' | '/=';
  readonly value: Statement;
}

export interface If extends Node {
  readonly type: 'if';
  readonly branches: readonly { readonly condition: Statement; readonly body: readonly Statement[] }[];
  readonly otherwise?: readonly Statement[];
}

export interface ForEach extends Node {
  readonly type: 'foreach';
  readonly variable: string;
  readonly over: Statement;
  readonly body: readonly Statement[];
}

/** `break`, `continue`, `return`, `throw`, `exit`, the last three with a value. */
export interface Flow extends Node {
  readonly type: 'flow';
  readonly word: 'break' | 'continue' | 'return' | 'throw' | 'exit';
  readonly value?: Statement;
}

export type Statement = Pipeline | Assignment | If | ForEach | Flow;

/** What a script takes: `param([string] $Name = 'x')`. */
export interface ScriptParameter extends Node {
  readonly name: string;
  readonly type?: string;
  readonly required: boolean;
  readonly initial?: Expression;
}

export interface Script {
  readonly parameters: readonly ScriptParameter[];
  readonly statements: readonly Statement[];
}
