import { parse } from '../language/parse.ts';

/** Letters that mean themselves in a word without quotes. */
const PLAIN = /^[\p{L}\p{N}_.:@/\\+*?%=~^!-][\p{L}\p{N}_,.:@/\\+*?%=~^!#-]*$/u;

/** `$x` means nothing on a line of its own, but these do. */
const CONSTANT = /^\$(?:true|false|null)$/i;

/** Something that was written in the language: a table, a list, a block, an expression in parentheses. */
function isExpression(word: string): boolean {
  return /^(?:@[{(]|[({])/.test(word) && 'script' in parse(`x ${word}`);
}

function value(word: string): string {
  if (CONSTANT.test(word) || isExpression(word)) return word;
  if (PLAIN.test(word) && !word.endsWith(',') && !word.includes(',,')) return word;
  return `'${word.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** One word. */
function quoted(word: string): string {
  if (word === '|' || word === ';') return word;
  const parameter = /^(-[A-Za-z_?][A-Za-z0-9_]*)(?::([\s\S]*))?$/.exec(word);
  if (!parameter) return value(word);
  const [, name = '', given] = parameter;
  return given === undefined ? name : `${name}:${value(given)}`;
}

/**
 * Words that a shell of the operating system has cut and taken the quotes from, as a line of this language again. A single word with
 * blanks in it is a line already.
 */
export function quoteBack(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  if (rest.length === 0 && /[\s|;(]/.test(first)) return first;
  const name = /^[\p{L}\p{N}_.:/\\?%-]+$/u.test(first) ? first : `& ${value(first)}`;
  return [name, ...rest.map(quoted)].join(' ');
}
