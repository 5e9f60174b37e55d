import type { Block, Span } from '../language/ast.ts';
import type { Bindings, Taken } from './bind.ts';
import type { ErrorAction, Session } from './session.ts';
import type { Value } from './values.ts';

/** One call of a command. */
export interface Call {
  readonly given: Bindings;
  /** What comes through the pipeline; undefined when the command stands first. */
  readonly input: AsyncIterable<Value> | undefined;
  readonly session: Session;
  /** The whole command on the line. */
  readonly at: Span;
  readonly errorAction: ErrorAction | undefined;
  /** Runs a block, with `$_` when an item is given. */
  readonly invoke: (block: Block, item?: Value) => AsyncIterable<Value>;
}

/** Something that a line can call. */
export interface Command {
  readonly name: string;
  readonly takes: readonly Taken[];
  /** It knows itself which parameters it has. */
  readonly takesAnything?: true;
  /** Gives what goes on through the pipeline. Rejects with a `ParleyError`. */
  run(call: Call): AsyncIterable<Value>;
}

/** A command of the language itself, with its help. */
export interface BuiltIn extends Command {
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Parameter -> one sentence. */
  readonly help: Readonly<Record<string, string>>;
  /** Lines that run as they are. */
  readonly examples: readonly string[];
}

/** The value of a parameter, or undefined when it was not given. */
export const parameter = (call: Call, name: string): Value | undefined => call.given.get(name)?.value;

/** What comes through the pipeline, or nothing. */
export async function* inputOf({ input, session }: Call): AsyncGenerator<Value> {
  if (!input) return;
  for await (const item of input) {
    await session.budget.stride();
    yield item;
  }
}

/** Everything that comes through the pipeline, in a list. */
export async function all(call: Call): Promise<Value[]> {
  const items: Value[] = [];
  for await (const item of inputOf(call)) {
    items.push(item);
    call.session.budget.list(items.length);
  }
  return items;
}
