import { createToken, type IMultiModeLexerDefinition, type IToken, Lexer, type TokenType } from 'chevrotain';
import { DASHES, isDoubleQuote, isSingleQuote } from './characters.ts';
import { bareWord, blockComment, doubleQuoted, type Extent, hereText, singleQuoted } from './scan.ts';

// The language has two ways of reading: in an expression words are operators and texts need quotes; behind the name of a command
// words are texts. A command's name is found where a statement begins, and brackets begin statements of their own.

type Match = (text: string, offset: number, tokens: IToken[]) => RegExpExecArray | null;

interface TokenOptions {
  readonly push?: 'expression' | 'command';
  readonly pop?: true;
  /** Takes the place of the present mode. */
  readonly into?: 'expression' | 'command';
  readonly categories?: readonly TokenType[];
}

function token(name: string, pattern: RegExp | Match, options: TokenOptions = {}): TokenType {
  const { push, pop, into, categories } = options;
  return createToken({
    name,
    // The library would forget the flag "u".
    pattern: !(pattern instanceof RegExp) ? { exec: pattern } : pattern.unicode ? { exec: sticky(pattern) } : pattern,
    line_breaks: true,
    ...(categories ? { categories: [...categories] } : {}),
    ...(pop || into ? { pop_mode: true } : {}),
    ...(push || into ? { push_mode: push ?? into } : {}),
  });
}

/** The offset behind a token. */
export const endOf = (token: IToken) => token.startOffset + token.image.length;

/** The text from `start` to `end` as a match. */
function matched(text: string, start: number, end: number): RegExpExecArray | null {
  if (end <= start) return null;
  const found: string[] = [text.slice(start, end)];
  return Object.assign([found[0]] as [string], { index: start, input: text });
}

function sticky(pattern: RegExp): Match {
  const at = new RegExp(pattern.source, `${pattern.flags}y`);
  return (text, offset) => {
    at.lastIndex = offset;
    return at.exec(text);
  };
}

/** Something that was found by looking for its end. */
const extent =
  (
    begins: (text: string, offset: number) => boolean,
    scan: (text: string, offset: number) => Extent | undefined,
    closed = true,
  ): Match =>
  (text, offset) => {
    if (!begins(text, offset)) return null;
    const found = scan(text, offset);
    return found && found.closed === closed ? matched(text, offset, found.end) : null;
  };

/** A statement may begin here. */
function begins(tokens: readonly IToken[]): boolean {
  const last = tokens.at(-1);
  return last === undefined || STARTERS.has(last.tokenType);
}

const atStart = (pattern: RegExp): Match => {
  const at = sticky(pattern);
  return (text, offset, tokens) => (begins(tokens) ? at(text, offset, tokens) : null);
};

/** Directly behind a value, without a blank. */
function follows(tokens: readonly IToken[], offset: number): boolean {
  const last = tokens.at(-1);
  return last !== undefined && endOf(last) === offset && VALUE_ENDS.has(last.tokenType);
}

const attached = (pattern: RegExp): Match => {
  const at = sticky(pattern);
  return (text, offset, tokens) => (follows(tokens, offset) ? at(text, offset, tokens) : null);
};

const detached = (pattern: RegExp): Match => {
  const at = sticky(pattern);
  return (text, offset, tokens) => (follows(tokens, offset) ? null : at(text, offset, tokens));
};

/** `pattern` for an operator that is a word, in any case and with any dash. */
const worded = (words: string) => new RegExp(`[${DASHES}](?:${words})(?![\\p{L}\\p{N}_])`, 'iu');

const skip = (name: string, pattern: RegExp) => createToken({ name, pattern, group: Lexer.SKIPPED, line_breaks: true });
const Blank = skip('Blank', /(?:[ \t\r\f\u00a0\ufeff]|`\r?\n)+/);
const Comment = skip('Comment', /#[^\n]*/);
const BlockComment = createToken({
  name: 'BlockComment',
  pattern: { exec: extent((text, i) => text.startsWith('<#', i), blockComment) },
  group: Lexer.SKIPPED,
  line_breaks: true,
});

/** Everything that is opened, quoted or commented and never closed: it reaches to the end of the source. */
export const Unclosed = token('Unclosed', (text, offset) => {
  if (text.startsWith('<#', offset)) return extent(() => true, blockComment, false)(text, offset, []);
  if (text[offset] === '@') return extent(() => true, hereText, false)(text, offset, []);
  if (isDoubleQuote(text[offset])) return extent(() => true, doubleQuoted, false)(text, offset, []);
  return isSingleQuote(text[offset]) ? extent(() => true, singleQuoted, false)(text, offset, []) : null;
});

export const Newline = token('Newline', /\n/);
const NewlineEndsCommand = token('NewlineEndsCommand', /\n/, { into: 'expression', categories: [Newline] });
export const Semicolon = token('Semicolon', /;/);
const SemicolonEndsCommand = token('SemicolonEndsCommand', /;/, { into: 'expression', categories: [Semicolon] });
export const Pipe = token('Pipe', /\|(?!\|)/);
const PipeEndsCommand = token('PipeEndsCommand', /\|(?!\|)/, { into: 'expression', categories: [Pipe] });
/** The end of the line behind it is not the end of the statement. */
export const Comma = token('Comma', /,(?:[ \t\r\n\u00a0]|`\r?\n)*/);

export const LeftParen = token('LeftParen', detached(/\(/), { push: 'expression' });
/** Behind a member's name: its arguments. */
export const CallParen = token(
  'CallParen',
  (text, offset, tokens) =>
    tokens.at(-1)?.tokenType === Member && follows(tokens, offset) && text[offset] === '('
      ? matched(text, offset, offset + 1)
      : null,
  { push: 'expression' },
);
const AttachedParen = token('AttachedParen', /\(/, { push: 'expression', categories: [LeftParen] });
export const DollarParen = token('DollarParen', /\$\(/, { push: 'expression' });
export const AtParen = token('AtParen', /@\(/, { push: 'expression' });
export const AtCurly = token('AtCurly', /@\{/, { push: 'expression' });
export const LeftCurly = token('LeftCurly', /\{/, { push: 'expression' });
export const LeftBracket = token('LeftBracket', attached(/\[/), { push: 'expression' });
export const RightParen = token('RightParen', /\)/, { pop: true });
export const RightCurly = token('RightCurly', /\}/, { pop: true });
export const RightBracket = token('RightBracket', /\]/, { pop: true });

export const If = token('If', atStart(/if(?=[\s(])/i));
export const ElseIf = token('ElseIf', (text, offset, tokens) => otherwise(/elseif(?=[\s(])/i, text, offset, tokens));
export const Else = token('Else', (text, offset, tokens) => otherwise(/else(?=[\s{])/i, text, offset, tokens));
export const ForEach = token('ForEach', atStart(/foreach(?=[ \t]*\()/i));
export const In = token('In', detached(/in(?![\p{L}\p{N}_])/iu));
export const Param = token('Param', atStart(/param(?=\s*\()/i));
export const Break = token('Break', atStart(/(?:break|continue)(?![\w\-.])/i));
export const Return = token('Return', atStart(/(?:return|throw|exit)(?![\w\-.])/i));
/** Words of PowerShell that are not of this language. */
export const Reserved = token(
  'Reserved',
  atStart(
    /(?:while|do|for|switch|function|filter|try|catch|finally|trap|class|enum|using|begin|process|end|data|workflow)(?=[\s({]|$)/i,
  ),
);

function otherwise(pattern: RegExp, text: string, offset: number, tokens: readonly IToken[]): RegExpExecArray | null {
  const last = tokens.at(-1)?.tokenType;
  return last === RightCurly || last === Newline ? sticky(pattern)(text, offset, []) : null;
}

/** `Name =` in a table. */
export const Key = token('Key', atStart(/[\p{L}_][\p{L}\p{N}_-]*(?=[ \t]*=(?!=))/u));
const NAME = /(?:(?:\.{1,2}[\\/]|[\\/])?[\p{L}_][^\s(){};|,'"`$<>&@=]*|[?%](?=[\s{(;|)}]|$))/u;
/** With an operator of its own, whose quotes allow blanks: `& "name"`. */
const CALLED = /&[ \t]*(?:"[^"$`\n]*"|'[^'\n]*'|[^\s(){};|,'"`$<>&@]+)/u;

/** The name of a command. */
export const Word = token('Word', atStart(NAME), { into: 'command' });
const CalledWord = token('CalledWord', atStart(CALLED), { into: 'command', categories: [Word] });
// The lexer keeps its lowest mode whatever happens, so a command at the beginning comes on top of it.
const FirstWord = token('FirstWord', atStart(NAME), { push: 'command', categories: [Word] });
const FirstCalledWord = token('FirstCalledWord', atStart(CALLED), { push: 'command', categories: [Word] });

export const Variable = token(
  'Variable',
  /\$(?:\{[^}\n]{1,256}\}|(?:(?:global|script|local|private|env):)?[\p{L}\p{N}_]+|\?)/iu,
);
export const Member = token('Member', attached(/\.[\p{L}_][\p{L}\p{N}_]*/u));
/** Before a member whose name is a text or a value. */
export const Dot = token('Dot', attached(/\.(?=["'$(\u201c\u201d\u201e\u2018\u2019])/u));
export const SingleQuoted = token(
  'SingleQuoted',
  extent((text, i) => isSingleQuote(text[i]), singleQuoted),
);
export const DoubleQuoted = token(
  'DoubleQuoted',
  extent((text, i) => isDoubleQuote(text[i]), doubleQuoted),
);
export const HereText = token(
  'HereText',
  extent((text, i) => text[i] === '@', hereText),
);
export const Numeral = token(
  'Numeral',
  /0x[0-9a-f]{1,12}(?![\w])|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[kmgt]b)?(?![\p{L}_])/iu,
);
export const TypeName = token('TypeName', detached(/\[[\p{L}_][\p{L}\p{N}_.]*(?:\[\])?\]/u));
/** `[Parameter(Mandatory)]` before what a script takes. */
export const Attribute = token(
  'Attribute',
  detached(/\[[\p{L}_][\p{L}\p{N}_.]*\((?:[^()[\]'"]|'[^'\n]*'|"[^"\n]*")*\)\]/u),
);

export const Logical = token('Logical', worded('and|or|xor'));
export const Not = token('Not', new RegExp(`${worded('not').source}|!(?!=)`, 'iu'));
export const Comparison = token(
  'Comparison',
  worded('[ci]?(?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|in|notin|contains|notcontains|replace|split)|join'),
);
export const Format = token('Format', worded('f'));
/** A word with a dash before it that is no operator. */
export const UnknownOperator = token('UnknownOperator', new RegExp(`[${DASHES}]\\p{L}[\\p{L}\\p{N}_]*`, 'u'));
export const Range = token('Range', /\.\./);
export const Assign = token('Assign', new RegExp(`=(?!=)|[+*/${DASHES}]=`));
export const Sign = token('Sign', new RegExp(`\\+|[${DASHES}]`));
export const Times = token('Times', /[*/%]/);
/** What other languages write; said with what is written here. */
export const Foreign = token('Foreign', /==|!=|&&|\|\||::|[<>&?]/);
/** A word where a value is expected. */
export const Stray = token('Stray', /[^\s(){}[\];|,'"`$@]+|[\s\S]/u);

/** `-Name`, `-Name:`. */
export const ParameterName = token(
  'ParameterName',
  detached(new RegExp(`[${DASHES}][\\p{L}_?][\\p{L}\\p{N}_]*:?`, 'u')),
);
/** `@name`: a table's entries as parameters. */
export const Splat = token('Splat', detached(/@[\p{L}_][\p{L}\p{N}_]*(?![\p{L}\p{N}_.])/u));
export const Bare = token('Bare', (text, offset) => {
  const found =
    /[[\]@.]/.test(text[offset]) || !/[<>&]/.test(text[offset])
      ? bareWord(text, offset)
      : { end: offset, closed: true };
  return found.closed ? matched(text, offset, found.end) : null;
});
const UnclosedWord = token(
  'UnclosedWord',
  (text, offset) => {
    const found = bareWord(text, offset);
    return found.closed ? null : matched(text, offset, found.end);
  },
  { categories: [Unclosed] },
);

/** Behind these a statement begins. */
const STARTERS: ReadonlySet<TokenType> = new Set([
  ...[
    Newline,
    NewlineEndsCommand,
    Semicolon,
    SemicolonEndsCommand,
    Pipe,
    PipeEndsCommand,
    LeftParen,
    AttachedParen,
    CallParen,
  ],
  ...[DollarParen, AtParen, AtCurly, LeftCurly, Assign, In, Return],
]);

/** Behind these, without a blank, `.Name` and `[0]` belong to the value. */
const VALUE_ENDS: ReadonlySet<TokenType> = new Set([
  ...[RightParen, RightCurly, RightBracket, Variable, Member, SingleQuoted, DoubleQuoted, HereText],
]);

/** What an operand or the name of a command is followed by, when the end of the line is not the end of the statement. */
export const CONTINUES: ReadonlySet<TokenType> = new Set([
  ...[Pipe, PipeEndsCommand, Comma, LeftParen, AttachedParen, CallParen, LeftBracket, Assign, In, Else],
  ...[Logical, Not, Comparison, Format, Range, Sign, Times],
]);

const values = [HereText, Unclosed, SingleQuoted, DoubleQuoted, DollarParen, AtParen, AtCurly, LeftCurly];
const closers = [RightParen, RightCurly, RightBracket];

const expression = (words: readonly TokenType[]) => [
  ...[Blank, Comment, BlockComment, Newline, Semicolon, Pipe, Comma, ...values, ...closers],
  ...[If, ElseIf, Else, ForEach, In, Param, Break, Return, Reserved, Key, ...words],
  ...[CallParen, LeftParen, AttachedParen, LeftBracket, Attribute, TypeName, Variable, Member, Dot, Numeral],
  ...[Logical, Not, Comparison, Format, Foreign, Assign, UnknownOperator, Range, Sign, Times, Stray],
];

/** The two ways of reading; `script` is an expression before the first command. */
export const modes: IMultiModeLexerDefinition = {
  defaultMode: 'script',
  modes: {
    script: expression([FirstCalledWord, FirstWord]),
    expression: expression([CalledWord, Word]),
    command: [
      ...[Blank, Comment, BlockComment, NewlineEndsCommand, SemicolonEndsCommand, PipeEndsCommand, Comma, ...values],
      ...[RightParen, RightCurly, LeftBracket, CallParen, LeftParen, AttachedParen, Variable, Member, Dot],
      ...[RightBracket, ParameterName, Splat, UnclosedWord, Bare, Stray],
    ],
  },
};
