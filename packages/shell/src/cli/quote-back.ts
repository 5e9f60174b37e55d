import type { Script } from '../language/ast.ts';
import { plainScript, type Word } from './plain-line.ts';

/** Letters that mean themselves in a word without quotes. */
const PLAIN = /^[\p{L}\p{N}_.:@/\\+*?%=~^!-][\p{L}\p{N}_,.:@/\\+*?%=~^!#-]*$/u;

/** `$x` means nothing on a line of its own, but these do. */
const CONSTANT = /^\$(?:true|false|null)$/i;

/** A single word with one of these in it is a line already. */
const WHOLE = /[\s|;(]/;

/** Something that was written in the language: a table, a list, a block, an expression in parentheses. */
async function isExpression(word: string): Promise<boolean> {
  return /^(?:@[{(]|[({])/.test(word) && 'script' in (await import('../language/parse.ts')).parse(`x ${word}`);
}

async function value(word: string): Promise<string> {
  if (CONSTANT.test(word) || (await isExpression(word))) return word;
  if (PLAIN.test(word) && !word.endsWith(',') && !word.includes(',,')) return word;
  return `'${word.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** One word. */
async function quoted(word: string): Promise<Word> {
  if (word === '|' || word === ';') return { source: word };
  const parameter = /^(-[A-Za-z_?][A-Za-z0-9_]*)(?::([\s\S]*))?$/.exec(word);
  if (!parameter) return { source: await value(word), value: word };
  const [, name = '', given] = parameter;
  return given === undefined
    ? { source: name, name }
    : { source: `${name}:${await value(given)}`, name: `${name}:`, value: given };
}

/** A line of the language. */
export interface Line {
  readonly source: string;
  /** Not given when that needs the grammar. */
  readonly script?: Script;
}

/**
 * Words that a shell of the operating system has cut and taken the quotes from, as a line of this language again. A single word with
 * blanks in it is a line already. `behind` stands at the end of either.
 */
export async function quoteBack(words: readonly string[], behind: readonly string[] = []): Promise<Line> {
  const [first = '', ...rest] = words;
  if (rest.length === 0 && WHOLE.test(first)) return { source: [first, ...behind].join(' ') };
  const name = /^[\p{L}\p{N}_.:/\\?%-]+$/u.test(first) ? first : `& ${await value(first)}`;
  const line: Word[] = [{ source: name }];
  for (const word of [...rest, ...behind]) line.push(await quoted(word));
  const script = plainScript(line);
  return { source: line.map(({ source }) => source).join(' '), ...(script ? { script } : {}) };
}
