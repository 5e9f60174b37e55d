import type * as Ast from '../language/ast.ts';

// The words of a command line are taken apart before they come here. As long as each of them means itself, nothing is left for the grammar
// to find out, and making the grammar takes as long as all the rest of a command. What a line means is the same either way: a test compares.

/** One word of a line. */
export interface Word {
  /** As it is written in the language. */
  readonly source: string;
  /** With its hyphen, when it is a parameter; with a colon when its value stands behind that. */
  readonly name?: string;
  /** Before it was quoted. */
  readonly value?: string;
}

/** Longer lines are left to the grammar, which has limits of its own. */
const LONGEST = 65_536;

/** `in` is a word of the language wherever it stands. */
const COMMAND = /^(?!in-)[A-Za-z]+-[A-Za-z]+$/i;
/** No beginning of anything that has a meaning of its own. */
const ITEM = /^[\p{L}\p{N}_*][\p{L}\p{N}_.:@/\\+*?%~^!#-]*$/u;
const NUMBER = /^[0-9]{1,15}(?:\.[0-9]{1,9})?$/;
const CONSTANT = /^\$(?:true|false|null)$/i;

interface Placed extends Word {
  readonly at: Ast.Span;
}

/** Commands with pipes between them whose words all mean themselves; undefined when any does not. The words stand with one blank between. */
export function plainScript(words: readonly Word[]): Ast.Script | undefined {
  let start = 0;
  const commands: Placed[][] = [[]];
  for (const word of words) {
    const at = { start, end: start + word.source.length };
    if (word.source === '|') commands.push([]);
    else commands.at(-1)?.push({ ...word, at });
    start = at.end + 1;
  }
  if (start > LONGEST) return undefined;
  const [first, ...rest] = commands.map(commandOf);
  if (!first || !rest.every(command => command !== undefined)) return undefined;
  const at = { start: first.at.start, end: (rest.at(-1) ?? first).at.end };
  return { parameters: [], statements: [{ type: 'pipeline', first, rest, at }] };
}

function commandOf([name, ...line]: readonly Placed[]): Ast.Command | undefined {
  if (!name || !COMMAND.test(name.source)) return undefined;
  const elements: Ast.CommandElement[] = [];
  for (const word of line) {
    const element = elementOf(word);
    if (!element) return undefined;
    elements.push(element);
  }
  const end = (line.at(-1) ?? name).at.end;
  return { type: 'command', name: name.source, nameAt: name.at, elements, at: { start: name.at.start, end } };
}

function elementOf({ source, name, value, at }: Placed): Ast.CommandElement | undefined {
  if (name === undefined) {
    const argument = value === undefined ? undefined : meant(source, value, at.start);
    return argument && { type: 'argument', value: argument, at: argument.at };
  }
  const nameAt = { start: at.start, end: at.start + name.length };
  const plain = name.slice(1).replace(/:$/, '');
  if (value === undefined) return { type: 'parameter', name: plain, at: nameAt };
  const given = meant(source.slice(name.length), value, nameAt.end);
  return given && { type: 'parameter', name: plain, value: given, at: nameAt };
}

/** What is given, when it is a constant, a text or several with commas between. */
function meant(source: string, value: string, start: number): Ast.Expression | undefined {
  const at = { start, end: start + source.length };
  if (source.startsWith("'")) return { type: 'text', value, at };
  if (CONSTANT.test(source)) return { type: 'variable', name: source.slice(1).toLowerCase(), at };
  const items: Ast.Expression[] = [];
  let from = start;
  for (const item of source.split(',')) {
    if (!ITEM.test(item)) return undefined;
    items.push(itemOf(item, { start: from, end: from + item.length }));
    from += item.length + 1;
  }
  const [first, second] = items;
  return first && second ? { type: 'array', items, at } : first;
}

const itemOf = (item: string, at: Ast.Span): Ast.Expression =>
  NUMBER.test(item)
    ? { type: 'number', value: Number(item), written: item, at }
    : { type: 'text', value: item, at, bare: true };
