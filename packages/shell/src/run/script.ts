import type * as Ast from '../language/ast.ts';
import type { Parsed } from '../language/parse.ts';
import { type Argument, type Bindings, bindAnything, bindLine, COMMON } from './bind.ts';
import type { Call, Command } from './command.ts';
import { cast, numberIn, textOf, truthOf } from './convert.ts';
import { Evaluator } from './evaluate.ts';
import { Leaving, placed, ShellFailure, Stopped, usage } from './failure.ts';
import { type ErrorAction, errorAction, type Session } from './session.ts';
import { Table, together, type Value } from './values.ts';

/** Finds what a name means; rejects with a `ShellFailure` with the nearest names when it means nothing. */
export type Commands = (name: string, session: Session) => Promise<Command>;

/** Runs what was read. */
export class Runner {
  readonly #session: Session;
  readonly #commands: Commands;
  readonly #evaluator: Evaluator;

  constructor(session: Session, commands: Commands) {
    this.#session = session;
    this.#commands = commands;
    this.#evaluator = new Evaluator(session, statements => this.statements(statements));
  }

  /** Gives what the statements give, as it comes. What fails is reported and the next statement runs, unless the script must stop. */
  async *statements(statements: readonly Ast.Statement[]): AsyncGenerator<Value> {
    const { budget } = this.#session;
    budget.enter();
    try {
      for (const statement of statements) yield* this.#statement(statement);
    } finally {
      budget.leave();
    }
  }

  /** Every statement of a script by itself, so that what one gives is printed before the next one begins. */
  async *eachStatement({ statements }: Ast.Script): AsyncGenerator<AsyncIterable<Value>> {
    for (const statement of statements) yield this.#statement(statement);
  }

  /** Puts what was given to a script into its variables. Throws a `ShellFailure` for what does not fit. */
  async parameters({ parameters }: Ast.Script, behind: Parsed): Promise<void> {
    const call = 'script' in behind ? behind.script.statements[0] : undefined;
    if (call?.type !== 'pipeline' || call.first.type !== 'command')
      throw usage('what stands behind the name of the script is not understood');
    const line = await this.#line(call.first);
    const taken = parameters.map(({ name, type }, position) => ({ name, position, isSwitch: type === 'switch' }));
    const bindings = bindLine('the script', taken, line);
    for (const { name, type, required, initial, at } of parameters) {
      const given = bindings.get(name);
      if (!given && required) throw usage(`the script needs -${name}`, at);
      const value = given
        ? given.value
        : initial
          ? await this.#evaluator.value(initial)
          : type === 'switch'
            ? false
            : null;
      this.#session.setVariable(name, type && value !== null ? cast(value, type) : value);
    }
  }

  async *#statement(statement: Ast.Statement): AsyncGenerator<Value> {
    try {
      yield* this.#run(statement);
    } catch (error) {
      const failure = placed(error, statement.at);
      if (!(failure instanceof ShellFailure)) throw failure;
      this.#session.report(failure);
    }
  }

  async *#run(statement: Ast.Statement): AsyncGenerator<Value> {
    await this.#session.budget.stride();
    switch (statement.type) {
      case 'pipeline':
        yield* this.#pipeline(statement);
        return;
      case 'assignment':
        await this.#evaluator.assign(statement);
        return;
      case 'if':
        yield* this.#if(statement);
        return;
      case 'foreach':
        yield* this.#forEach(statement);
        return;
      case 'flow':
        yield* this.#flow(statement);
    }
  }

  async *#if({ branches, otherwise }: Ast.If): AsyncGenerator<Value> {
    for (const { condition, body } of branches)
      if (truthOf(together(await this.#evaluator.collected([condition])))) {
        yield* this.statements(body);
        return;
      }
    if (otherwise) yield* this.statements(otherwise);
  }

  async *#forEach({ variable, over, body }: Ast.ForEach): AsyncGenerator<Value> {
    for (const item of await this.#evaluator.collected([over])) {
      this.#session.budget.step();
      this.#session.setVariable(variable, item);
      try {
        yield* this.statements(body);
      } catch (error) {
        if (!(error instanceof Leaving)) throw error;
        if (error.word === 'break') return;
        if (error.word !== 'continue') throw error;
      }
    }
  }

  async *#flow({ word, value, at }: Ast.Flow): AsyncGenerator<Value> {
    const given = value ? together(await this.#evaluator.collected([value])) : null;
    if (word === 'throw') throw new Stopped(textOf(given) || 'the script ended itself', { code: 'THROWN', at });
    if (word === 'return' && given !== null) yield given;
    throw new Leaving(word, word === 'exit' ? exitCode(given) : 0);
  }

  async *#pipeline({ first, rest }: Ast.Pipeline): AsyncGenerator<Value> {
    let stream = first.type === 'command' ? this.#command(first, undefined) : this.#expression(first);
    for (const command of rest) stream = this.#command(command, stream);
    yield* stream;
  }

  async *#expression(node: Ast.Expression): AsyncGenerator<Value> {
    yield* entriesOf(await this.#evaluator.value(node));
  }

  async *#command(node: Ast.Command, input: AsyncIterable<Value> | undefined): AsyncGenerator<Value> {
    let action: ErrorAction | undefined;
    try {
      const command = await this.#commands(node.name, this.#session);
      const given = await this.#bound(command, node);
      const wanted = given.get('ErrorAction')?.value;
      action = wanted === undefined ? undefined : knownAction(wanted);
      const invoke: Call['invoke'] = (block, item) => this.#invoke(block, item);
      const call: Call = { given, input, session: this.#session, at: node.at, errorAction: action, invoke };
      for await (const value of command.run(call)) {
        await this.#session.budget.stride();
        yield* entriesOf(value);
      }
    } catch (error) {
      const isUnknown = error instanceof ShellFailure && error.code === 'UNKNOWN_COMMAND';
      const failure = placed(error, isUnknown ? node.nameAt : node.at, isUnknown ? undefined : node.name);
      if (action === undefined || !(failure instanceof ShellFailure)) throw failure;
      this.#session.report(failure, action);
    }
  }

  async #bound({ name, takes, takesAnything }: Command, node: Ast.Command): Promise<Bindings> {
    const line = await this.#line(node);
    return takesAnything ? bindAnything(name, line) : bindLine(name, [...takes, ...COMMON], line);
  }

  async #line({ elements }: Ast.Command): Promise<Argument[]> {
    const line: Argument[] = [];
    for (const element of elements) {
      if (element.type === 'splat') line.push(...splat(this.#session.variable(element.variable), element.at));
      else if (element.type === 'argument')
        line.push({ ...element, value: await this.#evaluator.argument(element.value) });
      else {
        const { name, at } = element;
        line.push({
          type: 'parameter',
          name,
          at,
          ...(element.value ? { value: await this.#evaluator.argument(element.value) } : {}),
        });
      }
    }
    return line;
  }

  async *#invoke({ statements }: Ast.Block, item?: Value): AsyncGenerator<Value> {
    if (item === undefined) {
      yield* this.statements(statements);
      return;
    }
    const before = this.#session.variable('_');
    try {
      this.#session.setVariable('_', item);
      // What the block gives is taken before the next item comes, so that $_ is what the block means.
      for (const value of await this.#evaluator.collected(statements)) yield value;
    } finally {
      this.#session.setVariable('_', before);
    }
  }
}

/** A list gives its entries, one by one; bytes and tables are one thing. */
function* entriesOf(value: Value): Generator<Value> {
  if (Array.isArray(value)) yield* value;
  else if (value !== null) yield value;
}

function splat(value: Value, at: Ast.Span): Argument[] {
  if (value instanceof Table)
    return value.entries().map(([name, each]) => ({ type: 'parameter', name, value: each, at }));
  if (Array.isArray(value)) return value.map(each => ({ type: 'argument', value: each, at }));
  throw usage('behind @ stands the name of a variable with a table or a list', at);
}

function knownAction(value: Value) {
  const action = errorAction(textOf(value));
  if (action) return action;
  throw usage(
    `-ErrorAction is ${JSON.stringify(textOf(value).slice(0, 40))}: it must be Stop, Continue, SilentlyContinue or Ignore`,
  );
}

function exitCode(value: Value): number {
  const code = value === null ? 0 : numberIn(value);
  return code !== undefined && Number.isInteger(code) && code >= 0 && code <= 255 ? code : 1;
}
