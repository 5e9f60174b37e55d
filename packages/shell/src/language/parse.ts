import { EOF, type IToken } from 'chevrotain';
import type { Expression, Joined, Script, Span } from './ast.ts';
import { Grammar } from './grammar.ts';
import { partsOf, withoutDoubled } from './interpolate.ts';
import { lex } from './lexer.ts';
import type { Problem } from './problem.ts';
import { Bare, DoubleQuoted, endOf, HereText, Numeral, SingleQuoted } from './tokens.ts';
import { variableName } from './variable-name.ts';

/** Longest script, UTF-16 units. */
export const LONGEST_SCRIPT = 1024 * 1024;
/** Texts with statements in them, within one another. */
const DEEPEST = 8;
/** Most problems that are told of one script. */
const MOST_PROBLEMS = 10;

export type Parsed =
  | { readonly script: Script }
  | {
      readonly problems: readonly Problem[];
      /** More lines could make it right: something is open. */
      readonly incomplete: boolean;
    };

const grammar = new Grammar();

interface Place {
  /** Where the source begins in the whole one. */
  readonly from: number;
  readonly depth: number;
}

/** Reads a script. */
export function parse(source: string): Parsed {
  if (source.length > LONGEST_SCRIPT) {
    const message = `the script has ${source.length} characters: at most ${LONGEST_SCRIPT} are read`;
    return { problems: [{ message, at: { start: 0, end: 1 } }], incomplete: false };
  }
  return parseAt(source, { from: 0, depth: 0 });
}

function parseAt(source: string, place: Place): Parsed {
  const { tokens, problems, incomplete } = lex(source);
  const moved = ({ start, end }: Span) => ({ start: start + place.from, end: end + place.from });
  if (problems.length > 0)
    return { problems: problems.map(({ message, at }) => ({ message, at: moved(at) })), incomplete };
  const inner: Problem[] = [];
  // The parser keeps its place while it works, so what stands inside of texts is read before.
  const texts = new Map(
    tokens.flatMap((token): [IToken, Expression][] => {
      const expression = textOf(token, { source, place, inner });
      return expression ? [[token, expression]] : [];
    }),
  );
  grammar.from = place.from;
  grammar.source = source;
  grammar.complaints = [];
  grammar.text = token =>
    texts.get(token) ?? { type: 'text', value: token.image, at: { start: place.from, end: place.from } };
  grammar.input = [...tokens];
  const script = grammar.script();
  const failed = grammar.errors.map(({ message, token }) => ({ message, at: moved(placeOf(token, source)) }));
  const all = [...failed, ...grammar.complaints, ...inner].slice(0, MOST_PROBLEMS);
  if (all.length === 0 && !incomplete) return { script };
  const message = 'the statement goes on, but there is nothing more';
  const unfinished = { message, at: moved({ start: source.length, end: source.length + 1 }) };
  return { problems: all.length > 0 ? all : [unfinished], incomplete };
}

function placeOf(token: IToken, source: string): Span {
  const known = token.tokenType !== EOF && token.startOffset >= 0;
  const start = known ? token.startOffset : source.trimEnd().length;
  return { start, end: known ? endOf(token) : start + 1 };
}

interface Surroundings {
  readonly source: string;
  readonly place: Place;
  /** Takes what is wrong inside of texts. */
  readonly inner: Problem[];
}

function textOf(token: IToken, around: Surroundings): Expression | undefined {
  const start = token.startOffset;
  const end = start + token.image.length;
  const at = { start: start + around.place.from, end: end + around.place.from };
  switch (token.tokenType) {
    case SingleQuoted:
      return { type: 'text', value: withoutDoubled(token.image.slice(1, -1)), at };
    case DoubleQuoted:
      return joined({ start: start + 1, end: end - 1 }, at, { ...around, manner: 'quoted' });
    case HereText:
      return hereText(token, at, around);
    case Numeral:
      return { type: 'number', value: numberOf(token.image), written: token.image, at };
    case Bare:
      return bare(token, at, around);
    default:
      return undefined;
  }
}

/** What stands between the lines with the quotes. */
function hereText(token: IToken, at: Span, around: Surroundings): Expression {
  const first = token.image.indexOf('\n') + 1;
  const last = Math.max(first, token.image.replace(/\r?\n..$/u, '').length);
  const inner = { start: token.startOffset + first, end: token.startOffset + last };
  if (/^@['\u2018-\u201b]/.test(token.image))
    return { type: 'text', value: around.source.slice(inner.start, inner.end), at };
  return joined(inner, at, { ...around, manner: 'lines' });
}

/** A word: a number when it is written as one, else a text. */
function bare(token: IToken, at: Span, around: Surroundings): Expression {
  if (/^-?[0-9]{1,15}(?:\.[0-9]{1,9})?$/.test(token.image))
    return { type: 'number', value: Number(token.image), written: token.image, at };
  const word = joined({ start: token.startOffset, end: token.startOffset + token.image.length }, at, {
    ...around,
    manner: 'word',
  });
  return word.type === 'text' ? { ...word, bare: true } : word;
}

function joined(
  inner: Span,
  at: Span,
  { source, place, inner: problems, manner }: Surroundings & { readonly manner: 'quoted' | 'lines' | 'word' },
): Expression {
  const parts: (string | Expression)[] = [];
  for (const part of partsOf(source, inner, manner)) {
    if (part.type === 'letters') parts.push(part.value);
    else {
      const where = { start: part.start + place.from, end: part.end + place.from };
      if (part.type === 'variable') parts.push({ type: 'variable', name: variableName(part.name), at: where });
      else parts.push(statementsIn(source.slice(part.start, part.end), where, { place, problems }));
    }
  }
  if (parts.every(part => typeof part === 'string')) return { type: 'text', value: parts.join(''), at };
  return { type: 'joined', parts, at } satisfies Joined;
}

function statementsIn(
  source: string,
  at: Span,
  { place, problems }: { readonly place: Place; readonly problems: Problem[] },
): Expression {
  const parsed: Parsed =
    place.depth >= DEEPEST
      ? {
          problems: [{ message: `texts with values in them, more than ${DEEPEST} within one another`, at }],
          incomplete: false,
        }
      : parseAt(source, { from: at.start, depth: place.depth + 1 });
  if ('script' in parsed) return { type: 'subexpression', statements: parsed.script.statements, at };
  problems.push(...parsed.problems);
  return { type: 'subexpression', statements: [], at };
}

const SIZES: ReadonlyMap<string, number> = new Map([
  ['kb', 1024],
  ['mb', 1024 ** 2],
  ['gb', 1024 ** 3],
  ['tb', 1024 ** 4],
]);

function numberOf(written: string): number {
  const unit = SIZES.get(written.slice(-2).toLowerCase());
  return unit ? Number(written.slice(0, -2)) * unit : Number(written);
}
