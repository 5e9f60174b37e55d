import type { IToken } from 'chevrotain';
import { tokensOf } from '../language/lexer.ts';
import {
  Bare,
  Comma,
  DoubleQuoted,
  endOf,
  Member,
  ParameterName,
  Pipe,
  SingleQuoted,
  Unclosed,
  Variable,
  Word,
} from '../language/tokens.ts';

/** What stands before the cursor, as far as completion needs it. */
export type Place =
  | { readonly type: 'command'; readonly word: string; readonly start: number }
  | {
      readonly type: 'parameter';
      readonly command: string;
      readonly word: string;
      readonly start: number;
      readonly given: readonly string[];
    }
  /** The value of a parameter, or of the one at a position when `parameter` is not there. */
  | {
      readonly type: 'value';
      readonly command: string;
      readonly parameter?: string;
      readonly position: number;
      readonly word: string;
      readonly start: number;
    }
  | { readonly type: 'variable'; readonly word: string; readonly start: number }
  | { readonly type: 'nothing' };

const is = (token: IToken | undefined, ...types: readonly unknown[]) =>
  token !== undefined &&
  types.some(type => token.tokenType === type || token.tokenType.CATEGORIES?.some(each => each === type));

/** Finds out what is being written at the end of `before`. */
export function placeIn(before: string): Place {
  const tokens = tokensOf(before);
  const last = tokens.at(-1);
  const touches = last !== undefined && endOf(last) === before.length;
  if (is(last, Member)) return { type: 'nothing' };
  if (touches && is(last, Variable))
    return { type: 'variable', word: last?.image ?? '', start: last?.startOffset ?? 0 };
  const from = commandStart(tokens);
  const command = from === undefined ? undefined : tokens[from];
  if (command === undefined || (touches && last === command)) {
    const word = touches && is(last, Word) ? (last?.image ?? '') : '';
    return startsHere(last) || word !== ''
      ? { type: 'command', word, start: before.length - word.length }
      : { type: 'nothing' };
  }
  return behind(tokens.slice((from ?? 0) + 1), { command: command.image, before, touches });
}

/** The command that the cursor is behind, if it is behind one: brackets that are closed in between do not count. */
function commandStart(tokens: readonly IToken[]): number | undefined {
  let closed = 0;
  for (let i = tokens.length - 1; i >= 0; i--) {
    const image = tokens[i]?.image ?? '';
    if (/^[)}\]]$/.test(image)) closed++;
    else if (/^(?:[$@]?[({]|\[)$/.test(image)) {
      if (closed === 0) return undefined;
      closed--;
    } else if (closed === 0 && (is(tokens[i], Pipe) || image === ';' || image === '\n')) return undefined;
    else if (closed === 0 && is(tokens[i], Word)) return i;
  }
  return undefined;
}

/** Behind these a statement begins. */
const STARTS = /^(?:[|;({]|[$@][({]|\n|[-+*/]?=)$/;
const startsHere = (last: IToken | undefined) => last === undefined || STARTS.test(last.image);

function behind(
  words: readonly IToken[],
  at: { readonly command: string; readonly before: string; readonly touches: boolean },
): Place {
  const { command, before, touches } = at;
  const last = words.at(-1);
  const given = words.filter(each => is(each, ParameterName)).map(each => each.image.replace(/:$/, ''));
  if (touches && is(last, ParameterName) && !last?.image.endsWith(':'))
    return {
      type: 'parameter',
      command,
      word: last?.image ?? '',
      start: last?.startOffset ?? 0,
      given: given.slice(0, -1),
    };
  const isWord = touches && is(last, Bare, SingleQuoted, DoubleQuoted, Unclosed);
  const word = isWord ? (last?.image ?? '') : '';
  const earlier = isWord ? words.slice(0, -1) : words;
  const subject = earlier.findLast(each => !is(each, Comma) && !isListed(earlier, each));
  const parameter = is(subject, ParameterName) ? subject?.image.slice(1).replace(/:$/, '') : undefined;
  const start = before.length - word.length;
  return { type: 'value', command, ...(parameter ? { parameter } : {}), position: positionsIn(earlier), word, start };
}

/** Part of a list that goes on: `a, b,`. */
const isListed = (words: readonly IToken[], token: IToken) => is(words[words.indexOf(token) + 1], Comma);

/** Arguments that stand without the name of a parameter. */
function positionsIn(words: readonly IToken[]): number {
  return words.filter((each, i) => !is(each, ParameterName, Comma) && !is(words[i - 1], ParameterName, Comma)).length;
}
