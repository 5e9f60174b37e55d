import { clean } from './clean.ts';

/** A cell: texts are cleaned, numbers stand right. */
export type Cell = string | number;

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Columns that a text takes on a terminal: combining marks none, East Asian characters and emoji two. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

const pad = (text: string, to: number, right: boolean) => {
  const blanks = ' '.repeat(Math.max(0, to - width(text)));
  return right ? blanks + text : text + blanks;
};

/** Lines of equal columns under their headings; without rows a line that says so. Ends with a line end. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '(none)\n';
  const texts = rows.map(row => row.map(cell => (typeof cell === 'number' ? String(cell) : clean(cell))));
  const right = headings.map((_, column) => rows.every(row => typeof row[column] === 'number'));
  const widths = headings.map((heading, column) => Math.max(width(heading), ...texts.map(row => width(row[column]))));
  const rules = widths.map(columns => '-'.repeat(columns));
  const lines = [headings, rules, ...texts].map(row =>
    row
      .map((text, column) => pad(text, widths[column], right[column]))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** Names and values, a line each. Ends with a line end. */
export function pairs(entries: readonly (readonly [string, Cell])[]): string {
  const widest = Math.max(0, ...entries.map(([name]) => width(clean(name))));
  return entries
    .map(([name, value]) => `${pad(clean(name), widest, false)} : ${clean(String(value))}`.trimEnd())
    .join('\n')
    .concat('\n');
}
