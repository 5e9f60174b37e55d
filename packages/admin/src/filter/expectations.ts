import { EOF, type IParserErrorMessageProvider, type IToken, type TokenType, tokenLabel } from 'chevrotain';

const found = (token: IToken | undefined) =>
  token === undefined || token.tokenType === EOF ? 'the end' : JSON.stringify(token.image.slice(0, 40));

function oneOf(types: readonly (TokenType | undefined)[]): string {
  const labels = types.flatMap(type => (type === undefined ? [] : [tokenLabel(type)]));
  return [...new Set(labels)].join(' or ');
}

/** What the grammar says when a filter does not fit: one line, in an administrator's words. */
export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => `expected ${tokenLabel(expected)}, found ${found(actual)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    `expected -and, -or or the end, found ${found(firstRedundant)}`,
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    `expected ${oneOf(expectedPathsPerAlt.flat().map(path => path[0]))}, found ${found(actual[0])}`,
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    `expected ${oneOf(expectedIterationPaths.map(path => path[0]))}, found ${found(actual[0])}`,
};
