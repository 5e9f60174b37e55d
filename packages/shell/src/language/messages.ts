import { nearest } from '@parley/schema';
import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain';
import { EOF } from 'chevrotain';
import * as Token from './tokens.ts';

const OPERATORS =
  '-eq -ne -gt -ge -lt -le -like -notlike -match -notmatch -in -notin -contains -notcontains -and -or -not -replace -split -join'.split(
    ' ',
  );

/** How the language says what others write so. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['==', 'to compare, write -eq'],
  ['!=', 'to compare, write -ne'],
  ['&&', 'write -and between conditions, and ; between commands'],
  ['||', 'write -or between conditions'],
  ['>', 'to compare, write -gt; to write a file, use Export-Csv'],
  ['<', 'to compare, write -lt'],
  ['&', 'it stands before the name of a command only'],
  ['?', 'write if (...) { ... } else { ... }'],
  ['::', 'members of types are not part of this language'],
]);

/** What people call a kind of token. */
const NAMES: ReadonlyMap<TokenType, string> = new Map([
  [Token.RightParen, '")"'],
  [Token.RightCurly, '"}"'],
  [Token.RightBracket, '"]"'],
  [Token.LeftParen, '"("'],
  [Token.LeftCurly, '"{"'],
  [Token.Assign, '"="'],
  [Token.In, '"in"'],
  [Token.Variable, 'a variable'],
  [Token.Word, 'the name of a command'],
  [Token.Key, 'a name and "="'],
]);

const short = (image: string) => JSON.stringify(image.length > 40 ? `${image.slice(0, 40)}...` : image);

/** Why a token cannot stand where it stands; undefined when only its place is wrong. */
function reason({ tokenType, image }: IToken): string | undefined {
  switch (tokenType) {
    case Token.Foreign:
      return `${short(image)} is not part of this language: ${INSTEAD.get(image)}`;
    case Token.Reserved:
      return `${short(image.toLowerCase())} is a word of PowerShell that is not part of this language`;
    case Token.UnknownOperator:
      return `there is no operator ${short(image)}: ${nearest(image, OPERATORS)}`;
    case Token.Stray:
      return /^[\p{L}\p{N}]/u.test(image)
        ? `${short(image)} is no value here: a text needs quotes`
        : `${short(image)} has no meaning here`;
    default:
      return undefined;
  }
}

function unexpected(token: IToken, wanted?: string): string {
  const behind = wanted ? `${wanted} is missing` : undefined;
  if (token.tokenType === EOF) return behind ? `${behind} at the end` : 'the line ends too early';
  const why = reason(token);
  if (why) return why;
  const what = token.tokenType.name.startsWith('Newline') ? 'the end of the line' : short(token.image);
  return behind ? `${behind} before ${what}` : `${what} cannot stand here`;
}

/** What a parser's complaints are called. */
export const wordings: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => unexpected(actual, NAMES.get(expected)),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => unexpected(firstRedundant),
  buildNoViableAltMessage: ({ actual, ruleName }) =>
    unexpected(actual[0], ruleName === 'value' || ruleName === 'pipeline' ? 'a value' : undefined),
  buildEarlyExitMessage: ({ actual }) => unexpected(actual[0]),
};
