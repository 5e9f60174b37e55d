import { type IToken, Lexer, type TokenType } from 'chevrotain';
import type { Problem } from './problem.ts';
import {
  AtCurly,
  AtParen,
  CallParen,
  CONTINUES,
  DollarParen,
  Else,
  ElseIf,
  endOf,
  ForEach,
  If,
  LeftBracket,
  LeftCurly,
  LeftParen,
  modes,
  Newline,
  Pipe,
  RightBracket,
  RightCurly,
  RightParen,
  Unclosed,
} from './tokens.ts';

/** Most brackets within one another. */
export const DEEPEST = 64;

const lexer = new Lexer(modes, { positionTracking: 'onlyOffset', skipValidations: true });

export interface Lexed {
  /** Without the ends of lines that end nothing. */
  readonly tokens: readonly IToken[];
  readonly problems: readonly Problem[];
  /** More lines could make it right: something is open. */
  readonly incomplete: boolean;
}

/** Where a token stands. */
export const spanOf = (token: IToken) => ({
  start: token.startOffset,
  end: endOf(token),
});

const is = (token: IToken | undefined, ...types: readonly TokenType[]) =>
  token !== undefined && types.some(type => token.tokenType === type || token.tokenType.CATEGORIES?.includes(type));

/** The tokens of something that is still being written; a text that is not closed yet is a word of its own. */
export function tokensOf(source: string): readonly IToken[] {
  return lexer.tokenize(source).tokens;
}

/** Takes a source apart into tokens. */
export function lex(source: string): Lexed {
  const { tokens } = lexer.tokenize(source);
  const unclosed = tokens.find(token => is(token, Unclosed));
  if (unclosed) {
    const at = { start: unclosed.startOffset, end: unclosed.startOffset + 1 };
    const what = unclosed.image.startsWith('<#') ? 'this comment' : 'this text';
    return { tokens, problems: [{ message: `${what} is never closed`, at }], incomplete: true };
  }
  const brackets = checkBrackets(tokens);
  const last = tokens.findLast(token => !is(token, Newline));
  const continued =
    /`\r?\n?$/.test(source.slice(-3)) ||
    (last !== undefined && last === tokens.at(-1) && CONTINUES.has(last.tokenType));
  return { tokens: joinedLines(tokens), ...brackets, incomplete: brackets.incomplete || continued };
}

const CLOSED_BY: ReadonlyMap<TokenType, TokenType> = new Map([
  ...[LeftParen, CallParen, DollarParen, AtParen].map((open): [TokenType, TokenType] => [open, RightParen]),
  ...[LeftCurly, AtCurly].map((open): [TokenType, TokenType] => [open, RightCurly]),
  [LeftBracket, RightBracket],
]);

function closerOf(token: IToken): TokenType | undefined {
  return CLOSED_BY.get(token.tokenType) ?? (is(token, LeftParen) ? RightParen : undefined);
}

/** Every bracket has its counterpart, and not too many are open at a time. */
function checkBrackets(tokens: readonly IToken[]): { problems: readonly Problem[]; incomplete: boolean } {
  const open: { token: IToken; closer: TokenType }[] = [];
  const failed = (message: string, token: IToken, incomplete = false) => ({
    problems: [{ message, at: spanOf(token) }],
    incomplete,
  });
  for (const token of tokens) {
    const closer = closerOf(token);
    if (closer) open.push({ token, closer });
    else if (is(token, RightParen, RightCurly, RightBracket) && open.pop()?.closer !== token.tokenType)
      return failed(`nothing that this "${token.image}" could close is open`, token);
    if (open.length > DEEPEST) return failed(`more than ${DEEPEST} brackets within one another`, token);
  }
  const last = open.pop();
  return last
    ? failed(`this "${last.token.image}" is never closed`, last.token, true)
    : { problems: [], incomplete: false };
}

/** The parentheses that close a condition: a block may follow in the next line. */
function conditionEnds(tokens: readonly IToken[]): ReadonlySet<IToken> {
  const ends = new Set<IToken>();
  const open: boolean[] = [];
  for (const [i, token] of tokens.entries()) {
    if (closerOf(token)) open.push(is(tokens[i - 1], If, ElseIf, ForEach));
    else if (is(token, RightParen, RightCurly, RightBracket) && open.pop()) ends.add(token);
  }
  return ends;
}

/** Ends of lines that are in the middle of a statement are none. */
function joinedLines(tokens: readonly IToken[]): readonly IToken[] {
  const kept: IToken[] = [];
  const ends = conditionEnds(tokens);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!is(token, Newline)) kept.push(token);
    else {
      while (is(tokens[i + 1], Newline)) i++;
      const before = kept.at(-1);
      const after = tokens[i + 1];
      const continues = before !== undefined && (CONTINUES.has(before.tokenType) || is(before, LeftParen));
      const blockFollows = is(after, LeftCurly) && before !== undefined && ends.has(before);
      if (!continues && !blockFollows && !is(after, Else, ElseIf, Pipe)) kept.push(token);
    }
  }
  return kept;
}
