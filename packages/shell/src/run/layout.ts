import { definitionOf, isKind, type Kind, shownName } from '@parley/schema';
import { clean, cleanLine } from '../print/clean.ts';
import { width } from '../print/table.ts';
import { textOf } from './convert.ts';
import { ShellObject, Table, type Value } from './values.ts';

/** How wide something may be printed, and whether in colours. */
export interface Paper {
  readonly columns: number;
  readonly colours: boolean;
}

/** What stands in a cell; a list in braces. */
export function cellText(value: Value): string {
  if (Array.isArray(value))
    return `{${value.slice(0, 100).map(cellText).join(', ')}${value.length > 100 ? ', ...' : ''}}`;
  return clean(textOf(value));
}

const COLOURS = { heading: '32;1', name: '32;1', red: '31', yellow: '33', grey: '90' } as const;

export function coloured(text: string, colour: keyof typeof COLOURS, { colours }: Pick<Paper, 'colours'>): string {
  return colours && text !== '' ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

const GAP = 1;
/** A column is never cut below this. */
const NARROWEST = 8;
/** Columns of a table that nobody chose. */
const MOST_COLUMNS = 5;

/** The properties that tell most of objects of a type: the name, what every one needs, what it belongs to; none that is empty everywhere. */
export function columnsOf(objects: readonly ShellObject[]): readonly string[] {
  const [sample] = objects;
  if (!sample) return [];
  const names = sample.names();
  const first = names.filter(name => /^(?:identity|name)$/i.test(name)).slice(0, 1);
  const candidates = isKind(sample.typeName) ? telling(sample.typeName) : names;
  const filled = candidates.filter(name => !first.includes(name) && objects.some(each => isFilled(each.get(name))));
  return [...first, ...filled].slice(0, MOST_COLUMNS);
}

const isFilled = (value: Value | undefined) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

function telling(kind: Kind): readonly string[] {
  const all = Object.entries(definitionOf(kind).properties).filter(
    ([name]) => name !== 'name' && name !== 'organization',
  );
  const rank = ([, property]: (typeof all)[number]) =>
    'required' in property && property.required ? 0 : property.fixedAfterCreate ? 1 : property.type === 'ref' ? 2 : 3;
  return all.toSorted((a, b) => rank(a) - rank(b)).map(([name, property]) => shownName(name, property));
}

/** Cuts a text to a width; what is cut ends with an ellipsis. */
function fitted(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let fit = '';
  let used = 0;
  for (const character of text) {
    used += width(character);
    if (used > columns - 1) break;
    fit += character;
  }
  return `${fit}…`;
}

/** Widths that fit the paper: the widest columns give first; those that cannot be narrow enough are left out at the end. */
function widthsFor(wanted: readonly number[], columns: number): readonly number[] {
  const widths = [...wanted];
  while (widths.length > 1 && widths.length * (NARROWEST + GAP) > columns + GAP && sum(widths) > columns) widths.pop();
  for (let over = sum(widths) - columns; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const sum = (widths: readonly number[]) => widths.reduce((total, each) => total + each + GAP, -GAP);

export interface Cells {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  readonly hidesHeadings?: boolean;
  /** Nothing is cut. */
  readonly isWide?: boolean;
}

/** Lines of a table that is as wide as the paper at most. */
export function tableLines({ headings, rows, hidesHeadings = false, isWide = false }: Cells, paper: Paper): string[] {
  const texts = rows.map(row => row.map(cellText));
  const right = headings.map((_, i) => rows.length > 0 && rows.every(row => typeof row[i] === 'number'));
  const wanted = headings.map((heading, i) =>
    texts.reduce((most, row) => Math.max(most, width(row[i] ?? '')), width(clean(heading))),
  );
  const widths = isWide ? wanted : widthsFor(wanted, paper.columns);
  const line = (cells: readonly string[]) =>
    widths
      .map((columns, i) => {
        const text = fitted(cells[i] ?? '', columns);
        const blanks = ' '.repeat(Math.max(0, columns - width(text)));
        return right[i] ? blanks + text : text + blanks;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const top = hidesHeadings
    ? []
    : [
        coloured(line(headings.map(clean)), 'heading', paper),
        line(widths.map((columns, i) => '-'.repeat(Math.min(columns, width(headings[i] ?? ''))))),
      ];
  return [...top, ...texts.map(line)];
}

/** Lines of one object: a property each, long values continued under themselves. */
export function listLines(entries: readonly (readonly [string, Value])[], paper: Paper): string[] {
  const widest = entries.reduce((most, [name]) => Math.max(most, width(clean(name))), 0);
  const room = Math.max(20, paper.columns - widest - 3);
  return entries.flatMap(([name, value]) => {
    const label = clean(name);
    const [first = '', ...more] = broken(Array.isArray(value) ? cellText(value) : cleanLine(textOf(value)), room);
    const head = `${coloured(label, 'name', paper)}${' '.repeat(widest - width(label))} : ${first}`;
    return [head.trimEnd(), ...more.map(each => `${' '.repeat(widest + 3)}${each}`)];
  });
}

/** A text in pieces of a width, between characters. */
function broken(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const character of text) {
    const wide = width(character);
    if (used + wide > columns) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += character;
    used += wide;
  }
  return [...lines, line];
}

/** What an object has, by name. */
export const entriesOf = (value: Value): [string, Value][] =>
  value instanceof ShellObject || value instanceof Table ? value.entries() : [['Value', value]];
