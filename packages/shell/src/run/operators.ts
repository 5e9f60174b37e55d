import { matches } from '@parley/schema';
import type { Span } from '../language/ast.ts';
import type { Budget } from './budget.ts';
import { numberIn, textOf, truthOf } from './convert.ts';
import { usage } from './failure.ts';
import { formatted } from './format-operator.ts';
import { fitsIn, replaced } from './pattern/matcher.ts';
import { Table, typeNameOf, type Value } from './values.ts';

/** What an operator is given beside its values. */
export interface At {
  readonly at: Span;
  readonly budget: Budget;
}

type Operator = (left: Value, right: Value, at: At) => Value;

/** Whether two values are equal: as the left one is, whatever the case. */
export function equal(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  if (typeof left === 'boolean') return left === truthText(right);
  if (typeof left === 'number') return left === numberIn(right);
  if (typeof left === 'string' && typeof right === 'number' && numberIn(left) !== undefined)
    return numberIn(left) === right;
  return textOf(left).toLowerCase() === textOf(right).toLowerCase();
}

/** Words that command lines have for true and false count as what they say. */
function truthText(value: Value): boolean {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  return word === 'false' || word === '$false' ? false : truthOf(value);
}

function order(left: Value, right: Value): number {
  const numbers = [numberIn(left), numberIn(right)] as const;
  const bothNumbers = typeof left === 'number' || (typeof left !== 'string' && typeof right === 'number');
  if (bothNumbers || (typeof left === 'string' && typeof right === 'number')) {
    const [a, b] = numbers;
    if (a !== undefined && b !== undefined) return a - b;
    // Unlimited is more than every number, on either side.
    if (isUnlimited(left) || isUnlimited(right)) return Number(isUnlimited(left)) - Number(isUnlimited(right));
  }
  const [a, b] = [textOf(left).toLowerCase(), textOf(right).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

const isUnlimited = (value: Value) => typeof value === 'string' && value.toLowerCase() === 'unlimited';

/** Which of two values comes first, for sorting. */
export const compare = order;

const like = (value: Value, pattern: Value) =>
  matches({ op: 'like', property: 'value', value: textOf(pattern) }, { value: textOf(value) });

type Test = (left: Value, right: Value) => boolean;

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['eq', equal],
  ['ne', (left, right) => !equal(left, right)],
  ['gt', (left, right) => order(left, right) > 0],
  ['ge', (left, right) => order(left, right) >= 0],
  ['lt', (left, right) => order(left, right) < 0],
  ['le', (left, right) => order(left, right) <= 0],
  ['like', like],
  ['notlike', (left, right) => !like(left, right)],
  ['match', (left, right) => fitsIn(textOf(right), textOf(left))],
  ['notmatch', (left, right) => !fitsIn(textOf(right), textOf(left))],
]);

const among = (list: Value, value: Value) =>
  Array.isArray(list) ? list.some(each => equal(each, value)) : equal(list, value);

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['and', (left, right) => truthOf(left) && truthOf(right)],
  ['or', (left, right) => truthOf(left) || truthOf(right)],
  ['xor', (left, right) => truthOf(left) !== truthOf(right)],
  ['in', (left, right) => among(right, left)],
  ['notin', (left, right) => !among(right, left)],
  ['contains', (left, right) => among(left, right)],
  ['notcontains', (left, right) => !among(left, right)],
  ['join', (left, right, at) => joined(left, textOf(right), at)],
  ['split', (left, right) => textOf(left).split(textOf(right) || ' ')],
  ['replace', (left, right) => eachText(left, text => replaced(text, textOf(first(right)), textOf(second(right))))],
  ['f', (left, right) => formatted(textOf(left), Array.isArray(right) ? right : [right])],
  ['+', plus],
  ['-', (left, right, at) => arithmetic('-', [left, right], at)],
  ['*', times],
  ['/', (left, right, at) => arithmetic('/', [left, right], at)],
  ['%', (left, right, at) => arithmetic('%', [left, right], at)],
  ['..', range],
]);

const first = (value: Value): Value => (Array.isArray(value) ? (value[0] ?? null) : value);
const second = (value: Value): Value => (Array.isArray(value) ? (value[1] ?? null) : null);
const eachText = (value: Value, change: (text: string) => string): Value =>
  Array.isArray(value) ? value.map(each => change(textOf(each))) : change(textOf(value));

/** What an operator between two values gives. `-ceq` and `-ieq` are `-eq`: upper and lower case are always equal. */
export function operate(written: string, [left, right]: readonly [Value, Value], at: At): Value {
  const word = written.replace(/^-(?=[a-z])/, '');
  const name = TESTS.has(word) || OPERATORS.has(word) ? word : word.replace(/^[ci]/, '');
  const test = TESTS.get(name);
  // A list is filtered: what fits stays.
  if (test) return Array.isArray(left) ? left.filter(each => test(each, right)) : test(left, right);
  const operator = OPERATORS.get(name);
  if (!operator) throw usage(`there is no operator ${written}`, at.at);
  return operator(left, right, at);
}

function joined(left: Value, separator: string, { budget }: At): string {
  const texts = (Array.isArray(left) ? left : [left]).map(textOf);
  budget.text(texts.reduce((sum, each) => sum + each.length + separator.length, 0));
  return texts.join(separator);
}

function plus(left: Value, right: Value, at: At): Value {
  if (Array.isArray(left)) {
    const more = Array.isArray(right) ? right : [right];
    at.budget.list(left.length + more.length);
    return [...left, ...more];
  }
  if (left instanceof Table && right instanceof Table) return new Table([...left.entries(), ...right.entries()]);
  if (left === null) return right;
  if (typeof left === 'string') {
    const text = textOf(right);
    at.budget.text(left.length + text.length);
    return left + text;
  }
  return arithmetic('+', [left, right], at);
}

function times(left: Value, right: Value, at: At): Value {
  if (typeof left !== 'string' && !Array.isArray(left)) return arithmetic('*', [left, right], at);
  const count = Math.max(0, Math.trunc(arithmetic('*', [right, 1], at)));
  if (typeof left === 'string') {
    at.budget.text(left.length * count);
    return left.repeat(count);
  }
  at.budget.list(left.length * count);
  return Array.from({ length: count }, () => left).flat();
}

function arithmetic(operator: '+' | '-' | '*' | '/' | '%', [left, right]: readonly [Value, Value], { at }: At): number {
  const [a, b] = [numberIn(left), numberIn(right)];
  const wrong = a === undefined ? left : right;
  if (a === undefined || b === undefined)
    throw usage(`${JSON.stringify(textOf(wrong).slice(0, 60))} is no number: "${operator}" needs two`, at);
  if (b === 0 && (operator === '/' || operator === '%')) throw usage('a number cannot be divided by 0', at);
  return { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[operator];
}

function range(left: Value, right: Value, { at, budget }: At): Value {
  const [from, to] = [numberIn(left), numberIn(right)];
  if (from === undefined || to === undefined || !Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    throw usage(`".." needs whole numbers, not ${typeNameOf(left)} and ${typeNameOf(right)}`, at);
  budget.list(Math.abs(to - from) + 1);
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
}

/** `-not`, `!`, `-`, `+` before a value. */
export function prefixed(operator: string, value: Value, at: At): Value {
  if (operator === '-not' || operator === '!') return !truthOf(value);
  return operator === '-' ? arithmetic('-', [0, value], at) : arithmetic('+', [0, value], at);
}
