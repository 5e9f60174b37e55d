import type * as Ast from '../language/ast.ts';
import { cast, textOf, truthOf } from './convert.ts';
import { placed, usage } from './failure.ts';
import { called, entryOf, memberOf, setEntry, setMember } from './member.ts';
import { operate, prefixed } from './operators.ts';
import type { Session } from './session.ts';
import { ScriptBlock, ShellObject, Table, together, type Value } from './values.ts';

/** Runs statements: given by whoever runs scripts, since statements hold expressions and expressions hold statements. */
export type RunStatements = (statements: readonly Ast.Statement[]) => AsyncIterable<Value>;

/** Works expressions out. */
export class Evaluator {
  readonly #session: Session;
  readonly #run: RunStatements;

  constructor(session: Session, run: RunStatements) {
    this.#session = session;
    this.#run = run;
  }

  /** The value of an expression. Rejects with a `ShellFailure` that has the place. */
  async value(node: Ast.Expression): Promise<Value> {
    this.#session.budget.step();
    try {
      return await this.#valueOf(node);
    } catch (error) {
      throw placed(error, node.at);
    }
  }

  /** The same behind the name of a command: a number that is not written as numbers are stays as it is written. */
  async argument(node: Ast.Expression): Promise<Value> {
    if (node.type === 'number') return String(node.value) === node.written ? node.value : node.written;
    if (node.type !== 'array') return this.value(node);
    const items: Value[] = [];
    for (const item of node.items) items.push(await this.argument(item));
    return items;
  }

  /** All that statements give, together. */
  async collected(statements: readonly Ast.Statement[]): Promise<Value[]> {
    const values: Value[] = [];
    for await (const value of this.#run(statements)) {
      values.push(value);
      this.#session.budget.list(values.length);
    }
    return values;
  }

  /** What one statement gives: the value itself of an expression, so that a list of one stays a list; of anything else, all that comes. */
  async result(statement: Ast.Statement): Promise<Value> {
    if (statement.type !== 'pipeline' || statement.rest.length > 0 || statement.first.type === 'command')
      return together(await this.collected([statement]));
    return this.value(statement.first);
  }

  async #valueOf(node: Ast.Expression): Promise<Value> {
    switch (node.type) {
      case 'text':
      case 'number':
        return node.value;
      case 'joined':
        return this.#joined(node);
      case 'variable':
        return this.#session.variable(node.name);
      case 'array':
        return this.#all(node.items);
      case 'list':
        return this.collected(node.statements);
      case 'group': {
        const [only] = node.statements;
        return only && node.statements.length === 1
          ? this.result(only)
          : together(await this.collected(node.statements));
      }
      case 'subexpression':
        return together(await this.collected(node.statements));
      case 'table':
        return this.#table(node);
      case 'block':
        return new ScriptBlock(node);
      case 'chain':
        return this.#chain(node);
      case 'prefixed':
        return this.#prefixed(node);
      case 'access':
        return this.#access(node);
    }
  }

  async #all(nodes: readonly Ast.Expression[]): Promise<Value[]> {
    const values: Value[] = [];
    for (const node of nodes) values.push(await this.value(node));
    return values;
  }

  async #joined({ parts }: Ast.Joined): Promise<string> {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : textOf(await this.value(part));
      this.#session.budget.text(text.length);
    }
    return text;
  }

  async #table({ entries }: Ast.TableLiteral): Promise<Table> {
    const table = new Table();
    for (const { key, value } of entries) {
      const name = textOf(await this.value(key));
      if (table.has(name)) throw usage(`the table has ${JSON.stringify(name)} twice`, key.at);
      table.set(name, await this.result(value));
    }
    return table;
  }

  async #chain({ first, rest }: Ast.Chain): Promise<Value> {
    let left = await this.value(first);
    for (const { operator, operand, at } of rest) {
      // What is decided by the left side is not asked of the right one.
      if (operator === '-and' && !truthOf(left)) left = false;
      else if (operator === '-or' && truthOf(left)) left = true;
      else left = operate(operator, [left, await this.value(operand)], { at, budget: this.#session.budget });
    }
    return left;
  }

  async #prefixed({ prefixes, operand }: Ast.Prefixed): Promise<Value> {
    // `[pscustomobject] @{ }` keeps the order of its entries anyway.
    let value = await this.value(operand);
    for (const prefix of prefixes.toReversed())
      value =
        'cast' in prefix
          ? cast(value, prefix.cast)
          : prefixed(prefix.operator, value, { at: prefix.at, budget: this.#session.budget });
    return value;
  }

  async #access({ of, steps }: Ast.Access): Promise<Value> {
    let value = await this.value(of);
    for (const step of steps) value = await this.#step(value, step);
    return value;
  }

  async #step(value: Value, step: Ast.Step): Promise<Value> {
    this.#session.budget.step();
    if ('index' in step) {
      if (value === null) throw usage('there is nothing here that could have entries', step.at);
      return entryOf(value, await this.value(step.index));
    }
    const name = textOf(await this.value(step.member));
    if (!step.arguments) return memberOf(value, name);
    return called(value, name, { given: await this.#all(step.arguments), at: step.at });
  }

  /** Keeps the value of a statement; lists that are added to are new lists. */
  async assign({ target, operator, cast: type, value }: Ast.Assignment): Promise<void> {
    const given = await this.result(value);
    const right = type ? cast(given, type) : given;
    const combined = async () =>
      operator === '='
        ? right
        : operate(operator.charAt(0), [await this.value(target), right], {
            at: target.at,
            budget: this.#session.budget,
          });
    try {
      if (target.type === 'variable') this.#session.setVariable(target.name, await combined());
      else await this.#assignWithin(target, combined);
    } catch (error) {
      throw placed(error, target.at);
    }
  }

  async #assignWithin({ of, steps, at }: Ast.Access, combined: () => Promise<Value>): Promise<void> {
    const last = steps.at(-1);
    if (last === undefined || (!('index' in last) && last.arguments))
      throw usage('the answer of a method cannot be changed', at);
    const holder =
      steps.length === 1
        ? await this.value(of)
        : await this.#access({ type: 'access', of, steps: steps.slice(0, -1), at });
    const value = await combined();
    if ('index' in last) return setEntry(holder, await this.value(last.index), { value, at: last.at });
    const name = textOf(await this.value(last.member));
    const holders = Array.isArray(holder) && holder.every(each => each instanceof ShellObject) ? holder : [holder];
    for (const each of holders) setMember(each, name, { value, at: last.at });
  }
}
