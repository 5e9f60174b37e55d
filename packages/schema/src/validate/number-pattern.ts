import { PatternReader, type Shape } from './pattern-reader.ts';

/** Longest pattern, characters. */
export const LONGEST_PATTERN = 512;
/** Longest number that a pattern is tried on, characters: tel:, +, the 15 digits of E.164, ;ext= and an extension. */
export const LONGEST_NUMBER = 40;
/**
 * Most ways in which a pattern may be tried on the longest number. Expressions are matched by backtracking, and without this a
 * short one such as ^(\d+)+$ runs for hours.
 */
const MOST_WAYS = 100_000;

/** What is wrong with a pattern, to be read after "must be"; undefined when it may run. */
export function patternMisfit(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `at most ${LONGEST_PATTERN} characters long`;
  const read = shapeOf(pattern);
  if ('wrong' in read) return `a regular expression, but ${read.wrong} (character ${read.at + 1})`;
  return read.ways > MOST_WAYS
    ? 'a regular expression that can be tried in fewer ways: no repetition and no alternatives within a repetition'
    : undefined;
}

function shapeOf(pattern: string): Shape | { readonly wrong: string; readonly at: number } {
  return new PatternReader(pattern, LONGEST_NUMBER).read();
}

/** What is wrong with the replacement of a rule. `$1` and `${1}` stand for what a group of the pattern has caught, `$$` for "$". */
export function translationMisfit(translation: string, pattern: string): string | undefined {
  const read = shapeOf(pattern);
  if ('wrong' in read) return undefined;
  for (const part of translation.matchAll(PARTS)) {
    if (part[0] === '$')
      return 'a replacement in which every $ is followed by $ or by the number of a group, such as $1';
    const group = part[1] ?? part[2];
    if (group !== undefined && Number(group) > read.groups)
      return `a replacement of groups that the pattern has (it has ${read.groups}): write \${1}0 for the first group and a 0 after it`;
  }
  return undefined;
}

/** `$$`, `${12}`, `$12` or a lonely `$`. Linear: no two alternatives begin alike beyond the "$". */
const PARTS = /\$\$|\$\{(\d{1,2})\}|\$(\d{1,2})|\$/g;

/** A rule that changes a number. */
export interface NumberRule {
  readonly pattern: string;
  readonly translation: string;
}

/**
 * What a rule makes of a number, undefined when its pattern does not match or the number is longer than `LONGEST_NUMBER`. As in
 * .NET every match is replaced; digits are ASCII. The pattern must have passed `patternMisfit`.
 */
export function translated({ pattern, translation }: NumberRule, number: string): string | undefined {
  if (number.length > LONGEST_NUMBER || patternMisfit(pattern) !== undefined) return undefined;
  const expression = new RegExp(pattern, 'g');
  if (number.search(expression) < 0) return undefined;
  return number.replace(expression, (...found: readonly unknown[]) =>
    translation.replace(PARTS, (whole, braced?: string, plain?: string) => {
      if (whole === '$$') return '$';
      const caught = found[Number(braced ?? plain)];
      return typeof caught === 'string' ? caught : '';
    }),
  );
}

/** Whether a number is one that a pattern means; patterns match anywhere unless they have anchors. */
export function isMatch(pattern: string, number: string): boolean {
  return number.length <= LONGEST_NUMBER && patternMisfit(pattern) === undefined && new RegExp(pattern).test(number);
}
