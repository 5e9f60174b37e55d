import { ParleyError } from '@parley/base';
import type { By, Objects } from '@parley/directory';
import { type Kind, type Problem, remark } from '@parley/schema';
import type { Progress } from '../run/ports.ts';
import { Columns } from './columns.ts';
import { readRows } from './rows.ts';

/** Most objects of one table. */
export const MOST_LINES = 200_000;
/** Refused lines that are told in full. */
const MOST_TOLD = 1000;
/** Lines between two words about how far it has come. */
const STEP = 1000;

/** A property of one line that is wrong. */
export type LineProblem = Problem & { readonly line: number };

/** Lines of a table are wrong: nothing was made. */
export class ImportRefused extends ParleyError {
  /** Of the first 1,000 lines that are refused. */
  readonly problems: readonly LineProblem[];

  constructor(lines: number, problems: readonly LineProblem[]) {
    const [first] = problems;
    const example = first === undefined ? '' : `: line ${first.line}, ${first.message}`;
    super(
      'IMPORT_REFUSED',
      `${lines === 1 ? 'one line is' : `${lines} lines are`} refused, so nothing was imported${example}`,
    );
    this.name = 'ImportRefused';
    this.problems = problems;
  }
}

export interface TableImport {
  readonly kind: Kind;
  readonly table: AsyncIterable<Uint8Array>;
  /** Properties of lines that do not have them. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

interface Line {
  readonly line: number;
  readonly input: unknown;
}

/**
 * Makes an object of every line of a table, all or nothing; resolves with how many. Throws an `ImportRefused` with what is wrong where, an
 * `ObjectInvalid` for the names of the columns, and `REQUEST_INVALID` or `REQUEST_TOO_LARGE` for what is no table or too long.
 */
export async function importTable(objects: Objects, work: TableImport, by: By): Promise<number> {
  const { kind, onProgress } = work;
  const { lines, refused } = await read(work);
  if (refused.length > 0) throw new ImportRefused(refused.length, refused.flat().slice(0, MOST_TOLD));
  const inputs = lines.map(each => each.input);
  const made = await objects.createAll(kind, inputs, by, done =>
    onProgress?.({ done, of: inputs.length, step: 'making' }),
  );
  if (made.refused.length === 0) return made.made;
  const problems = made.refused
    .slice(0, MOST_TOLD)
    .flatMap(({ index, problems: wrong }) => wrong.map(each => ({ ...each, line: lines[index]?.line ?? 0 })));
  throw new ImportRefused(made.refused.length, problems);
}

interface Read {
  readonly lines: readonly Line[];
  /** Problems, a list for each line. */
  readonly refused: readonly (readonly LineProblem[])[];
}

async function read({ kind, table, defaults, onProgress }: TableImport): Promise<Read> {
  const lines: Line[] = [];
  const refused: LineProblem[][] = [];
  const { separator, rows } = await readRows(table);
  let columns: Columns | undefined;
  for await (const row of rows) {
    if (columns === undefined) {
      columns = Columns.of(kind, row, separator);
      continue;
    }
    if (lines.length >= MOST_LINES)
      throw new ParleyError('REQUEST_TOO_LARGE', `more than ${MOST_LINES} lines: split the table`);
    const bound = columns.inputOf(row);
    if ('problems' in bound) refused.push(bound.problems.map(each => ({ ...each, line: row.line })));
    else lines.push({ line: row.line, input: { ...defaults, ...bound.input } });
    if (lines.length % STEP === 0) onProgress?.({ done: lines.length, step: 'reading' });
  }
  if (columns === undefined) refused.push([{ ...emptyTable(), line: 1 }]);
  return { lines, refused };
}

const emptyTable = () =>
  remark('table', undefined, 'the table is empty: its first line must have the names of the columns');
