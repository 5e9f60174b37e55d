import { isDoubleQuote, isSingleQuote } from './characters.ts';

/** Deepest `"$( "$( ... )" )"` that is followed. */
export const DEEPEST_QUOTES = 12;

/** Where something that was opened ends: the offset behind it, and whether it was closed at all. */
export interface Extent {
  readonly end: number;
  readonly closed: boolean;
}

/** A text in single quotes that begins at `start`; a doubled quote is a quote. */
export function singleQuoted(source: string, start: number): Extent {
  for (let i = start + 1; i < source.length; i++) {
    if (!isSingleQuote(source[i])) continue;
    if (!isSingleQuote(source[i + 1] ?? '')) return { end: i + 1, closed: true };
    i++;
  }
  return { end: source.length, closed: false };
}

/** A text in double quotes that begins at `start`, over the sub-expressions in it. */
export function doubleQuoted(source: string, start: number, depth = 0): Extent {
  for (let i = start + 1; i < source.length; i++) {
    const character = source[i];
    if (character === '`') i++;
    else if (character === '$' && source[i + 1] === '(') {
      const inner = subexpression(source, i + 1, depth);
      if (!inner.closed) return inner;
      i = inner.end - 1;
    } else if (isDoubleQuote(character)) {
      if (!isDoubleQuote(source[i + 1] ?? '')) return { end: i + 1, closed: true };
      i++;
    }
  }
  return { end: source.length, closed: false };
}

/** What is between the parenthesis at `start` and its counterpart, whatever is quoted or commented on the way. */
export function subexpression(source: string, start: number, depth = 0): Extent {
  if (depth > DEEPEST_QUOTES) return { end: source.length, closed: false };
  let open = 0;
  for (let i = start; i < source.length; i++) {
    const character = source[i];
    if (character === '`') i++;
    else if (character === '(') open++;
    else if (character === ')') {
      open--;
      if (open === 0) return { end: i + 1, closed: true };
    } else {
      const inner = skipped(source, i, depth + 1);
      if (inner && !inner.closed) return inner;
      if (inner) i = inner.end - 1;
    }
  }
  return { end: source.length, closed: false };
}

/** Something whose brackets do not count. */
function skipped(source: string, i: number, depth: number): Extent | undefined {
  if (isSingleQuote(source[i])) return singleQuoted(source, i);
  if (isDoubleQuote(source[i])) return doubleQuoted(source, i, depth);
  if (source[i] === '<' && source[i + 1] === '#') return blockComment(source, i);
  return undefined;
}

/** `<# ... #>`. */
export function blockComment(source: string, start: number): Extent {
  const close = source.indexOf('#>', start + 2);
  return close < 0 ? { end: source.length, closed: false } : { end: close + 2, closed: true };
}

/** The rest of the line behind `@"` is blank, and the text ends with a line that begins with `"@`; undefined when it is no such text. */
export function hereText(source: string, start: number): Extent | undefined {
  const isQuote = isDoubleQuote(source[start + 1] ?? '') ? isDoubleQuote : isSingleQuote;
  if (!isQuote(source[start + 1] ?? '')) return undefined;
  let line = start + 2;
  while (source[line] === ' ' || source[line] === '\t' || source[line] === '\r') line++;
  if (source[line] !== '\n') return undefined;
  for (; line >= 0 && line < source.length; line = source.indexOf('\n', line + 1)) {
    if (isQuote(source[line + 1] ?? '') && source[line + 2] === '@') return { end: line + 3, closed: true };
    if (source.indexOf('\n', line + 1) < 0) break;
  }
  return { end: source.length, closed: false };
}

/** Ends a word that stands without quotes. */
const WORD_ENDS = /[\s(){};,|<>&]/;

/** A word without quotes among arguments: until a blank or something that has a meaning of its own; values and quotes may stand in it. */
export function bareWord(source: string, start: number): Extent {
  let end = start;
  while (end < source.length && !WORD_ENDS.test(source[end])) {
    const part = partOfWord(source, end);
    if (part === undefined) break;
    if (!part.closed) return part;
    end = part.end;
  }
  return { end, closed: true };
}

/** One character of a word, or what stands in it as a whole; undefined for a backtick at the end of a line, which is not of the word. */
function partOfWord(source: string, i: number): Extent | undefined {
  if (source[i] === '`') return /[\r\n]/.test(source[i + 1] ?? '\n') ? undefined : { end: i + 2, closed: true };
  if (source[i] === '$' && source[i + 1] === '(') return subexpression(source, i + 1);
  if (isDoubleQuote(source[i])) return doubleQuoted(source, i);
  if (isSingleQuote(source[i])) return singleQuoted(source, i);
  return { end: i + 1, closed: true };
}
