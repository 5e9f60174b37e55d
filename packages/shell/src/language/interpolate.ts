import { isDoubleQuote, isNameCharacter, isSingleQuote } from './characters.ts';
import { doubleQuoted, singleQuoted, subexpression } from './scan.ts';

/** A part of a text with values in it: letters, a variable, or statements that stand at an offset of the source. */
export type Part =
  | { readonly type: 'letters'; readonly value: string }
  | { readonly type: 'variable'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly type: 'statements'; readonly start: number; readonly end: number };

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['e', '\u001b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** What a backtick and the character behind it mean, and how many units they take. */
function escaped(source: string, i: number): { readonly value: string; readonly length: number } {
  const next = source[i + 1] ?? '';
  if (next === 'u' && source[i + 2] === '{') {
    const close = source.indexOf('}', i);
    const code = close > 0 && close <= i + 9 ? Number.parseInt(source.slice(i + 3, close), 16) : Number.NaN;
    if (code <= 0x10ffff) return { value: String.fromCodePoint(code), length: close + 1 - i };
  }
  if (next === '\r' && source[i + 2] === '\n') return { value: '', length: 3 };
  if (next === '\n') return { value: '', length: 2 };
  return { value: ESCAPES.get(next) ?? next, length: 2 };
}

/** What a `$` begins, when it begins something. */
function valueAt(source: string, i: number): Exclude<Part, { type: 'letters' }> | undefined {
  const next = source[i + 1] ?? '';
  if (next === '(') return { type: 'statements', start: i + 2, end: subexpression(source, i + 1).end - 1 };
  if (next === '{') {
    const close = source.indexOf('}', i);
    return close > i + 2 ? { type: 'variable', name: source.slice(i + 2, close), start: i, end: close + 1 } : undefined;
  }
  const scope = /^(?:global|script|local|private|env):(?=[\p{L}\p{N}_])/iu.exec(source.slice(i + 1, i + 12))?.[0] ?? '';
  let end = i + 1 + scope.length;
  while (isNameCharacter(source[end] ?? '')) end++;
  return end > i + 1 ? { type: 'variable', name: source.slice(i + 1, end), start: i, end } : undefined;
}

/** How the text is written: between double quotes, in lines between `@"` and `"@`, or as a word without quotes. */
export type Manner = 'quoted' | 'lines' | 'word';

/** The parts of a text that stands from `start` to `end`, its own quotes not among them. */
export function partsOf(
  source: string,
  { start, end }: { start: number; end: number },
  manner: Manner,
): readonly Part[] {
  const parts: Part[] = [];
  let letters = '';
  const put = (part: Part) => {
    if (letters !== '') parts.push({ type: 'letters', value: letters });
    letters = '';
    parts.push(part);
  };
  for (let i = start; i < end; ) {
    const value = source[i] === '$' ? valueAt(source, i) : undefined;
    if (value) {
      put(value);
      i = value.type === 'statements' ? value.end + 1 : value.end;
    } else if (source[i] === '`') {
      const { value: meant, length } = escaped(source, i);
      letters += meant;
      i += length;
    } else if (manner === 'word' && isDoubleQuote(source[i])) {
      const inner = doubleQuoted(source, i).end;
      for (const part of partsOf(source, { start: i + 1, end: inner - 1 }, 'quoted'))
        if (part.type === 'letters') letters += part.value;
        else put(part);
      i = inner;
    } else if (manner === 'word' && isSingleQuote(source[i])) {
      const inner = singleQuoted(source, i).end;
      letters += withoutDoubled(source.slice(i + 1, inner - 1));
      i = inner;
    } else {
      letters += source[i];
      // A doubled quote is a quote.
      i += manner === 'quoted' && isDoubleQuote(source[i]) ? 2 : 1;
    }
  }
  if (letters !== '') parts.push({ type: 'letters', value: letters });
  return parts;
}

/** What single quotes hold: a doubled quote is a quote. */
export function withoutDoubled(text: string): string {
  return text.replace(/(['\u2018\u2019\u201a\u201b])['\u2018\u2019\u201a\u201b]/g, '$1');
}
