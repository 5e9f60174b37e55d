import { pipeline, Readable } from 'node:stream';
import { ParleyError } from '@parley/base';
import { CsvError, type Info, parse } from 'csv-parse';
import { decoded } from './decoded.ts';
import { type Separator, separatorOf } from './separator.ts';

/** One line of a table; the first one has the names of the columns. */
export interface Row {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Rows {
  readonly separator: Separator;
  readonly rows: AsyncIterable<Row>;
}

/** Most characters before the end of the first line. */
const LONGEST_HEAD = 64 * 1024;
/** Longest line, characters. */
const LONGEST_LINE = 64 * 1024;

/**
 * Reads a table: RFC 4180, and what spreadsheets make of it (a byte order mark, `;` or tabs, line ends of any kind, columns left out at
 * the end). Empty lines are nothing. Throws `REQUEST_INVALID` of what is none, with the line.
 */
export async function readRows(table: AsyncIterable<Uint8Array>): Promise<Rows> {
  const texts = decoded(table);
  let head = '';
  while (head.length < LONGEST_HEAD && !/[\r\n]/.test(head)) {
    const next = await texts.next();
    if (next.done) break;
    head += next.value;
  }
  const separator = separatorOf(head);
  return { separator, rows: rowsOf(head, texts, separator) };
}

async function* joined(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (head !== '') yield head;
  yield* rest;
}

/** What csv-parse hands out with `info`. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
}

async function* rowsOf(head: string, rest: AsyncGenerator<string>, delimiter: Separator): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_LINE,
  });
  // Whatever goes wrong in front of the parser is seen by whoever reads from it.
  pipeline(Readable.from(joined(head, rest)), parser, error => void error);
  const parsed: AsyncIterable<Parsed> = parser;
  const lines = new LineCounter();
  try {
    for await (const { record, info } of parsed) yield { line: lines.of(record, info), cells: record };
  } catch (error) {
    throw error instanceof CsvError ? new ParleyError('REQUEST_INVALID', told(error), { cause: error }) : error;
  }
}

/** The lines of a text as editors count them, of which the parser says where it is; it takes CR LF within quotes for two ends. */
class LineCounter {
  #doubled = 0;

  /** The line on which a record begins. */
  of(record: readonly string[], { lines }: Info): number {
    let within = 0;
    for (const cell of record) {
      const ends = cell.match(/\r\n|\r|\n/g) ?? [];
      within += ends.length;
      this.#doubled += ends.filter(end => end === '\r\n').length;
    }
    return lines - this.#doubled - within;
  }
}

const WHY: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'after a closing quote something follows that is no separator',
  INVALID_OPENING_QUOTE: 'a quote stands in the middle of a cell: double it, and put the cell between quotes',
  CSV_MAX_RECORD_SIZE: `a line is longer than ${LONGEST_LINE} characters`,
};

function told(error: CsvError): string {
  const line = Number(error.lines);
  const why = WHY[error.code] ?? 'this is no CSV';
  return Number.isInteger(line) ? `the table, line ${line}: ${why}` : `the table: ${why}`;
}
