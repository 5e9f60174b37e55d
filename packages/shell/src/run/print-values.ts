import { isKind } from '@parley/schema';
import { cleanLine } from '../print/clean.ts';
import { textOf } from './convert.ts';
import { columnsOf, entriesOf, listLines, type Paper, tableLines } from './layout.ts';
import { Formatted, ShellObject, Table, type Value } from './values.ts';

/** Rows of a kind that nobody declared are a table when they have so few properties, else a list. */
const MOST_COLUMNS_OF_ROWS = 6;

/** What a statement gave, as it is printed: objects of one type that follow each other share a table. */
export function printed(values: readonly Value[], paper: Paper): string {
  const lines: string[] = [];
  for (let i = 0; i < values.length; ) {
    const value = values[i] ?? null;
    let end = i + 1;
    if (value instanceof ShellObject) {
      while (isAlike(value, values[end])) end++;
      lines.push(
        ...objectLines(
          values.slice(i, end).filter(each => each instanceof ShellObject),
          paper,
        ),
        '',
      );
    } else if (value instanceof Table) lines.push(...tableOf(value, paper), '');
    else if (value instanceof Formatted) lines.push(...value.lines);
    else lines.push(...textOf(value).split('\n').map(cleanLine));
    i = end;
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function isAlike(first: ShellObject, other: Value | undefined): boolean {
  if (!(other instanceof ShellObject) || other.typeName !== first.typeName) return false;
  return first.origin !== undefined || other.names().join() === first.names().join();
}

function objectLines(objects: readonly ShellObject[], paper: Paper): string[] {
  const [first] = objects;
  if (!first) return [];
  const names = first.names();
  // What an action answers with alone is told whole: nobody declared which of it tells most, and a secret in it may be shown this once.
  const isWhole = first.origin === undefined || (objects.length === 1 && !isKind(first.typeName));
  if (isWhole && names.length > MOST_COLUMNS_OF_ROWS)
    return objects.flatMap(each => ['', ...listLines(entriesOf(each), paper)]).slice(1);
  const headings = first.origin ? columnsOf(objects) : names;
  return tableLines({ headings, rows: objects.map(each => headings.map(name => each.get(name) ?? null)) }, paper);
}

function tableOf(table: Table, paper: Paper): string[] {
  return tableLines({ headings: ['Name', 'Value'], rows: table.entries() }, paper);
}
