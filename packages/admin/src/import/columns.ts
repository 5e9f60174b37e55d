import { ObjectInvalid } from '@parley/directory';
import {
  definitionOf,
  type Kind,
  nearest,
  type Problem,
  type Property,
  problem,
  remark,
  shownName,
} from '@parley/schema';
import { convert } from '../run/convert.ts';
import { propertyNamed } from '../run/shown.ts';
import type { Row } from './rows.ts';
import type { Separator } from './separator.ts';

/** Most columns of a table. */
const MOST_COLUMNS = 256;

/** A column: the property that its cells set; undefined for one without a name, whose cells must be empty. */
type Column = { readonly name: string; readonly property: Property } | undefined;

/** The columns of a table, and what lines make of them. */
export class Columns {
  readonly #columns: readonly Column[];
  readonly #between: RegExp;

  private constructor(columns: readonly Column[], separator: Separator) {
    this.#columns = columns;
    // Entries of a list stand in one cell, with what the columns are not separated by between them.
    this.#between = separator === ';' ? /,/ : /;/;
  }

  /** Reads the first line: names of properties as cmdlets show them, in any case. Throws an `ObjectInvalid` with all that is wrong. */
  static of(kind: Kind, { cells }: Row, separator: Separator): Columns {
    const definition = definitionOf(kind);
    const known = Object.entries(definition.properties).map(([name, property]) => shownName(name, property));
    const problems: Problem[] = [];
    const seen = new Set<string>();
    if (cells.length > MOST_COLUMNS)
      throw new ObjectInvalid([problem('line 1', `${cells.length} columns`, `at most ${MOST_COLUMNS} columns`)]);
    const columns = cells.map((cell): Column => {
      const word = cell.trim();
      if (word === '') return undefined;
      const name = propertyNamed(definition, word);
      const property = name === undefined ? undefined : definition.properties[name];
      if (name === undefined || property === undefined) {
        problems.push(
          remark(
            word.slice(0, 80),
            undefined,
            `there is no column ${JSON.stringify(word.slice(0, 80))}: ${nearest(word, known)}`,
          ),
        );
        return undefined;
      }
      if (seen.has(name)) problems.push(remark(word, undefined, `the column ${word} is there twice`));
      seen.add(name);
      return { name, property };
    });
    if (problems.length > 0) throw new ObjectInvalid(problems);
    return new Columns(columns, separator);
  }

  /** What an object is made of by a line; an empty cell is nothing. */
  inputOf({ cells }: Row): { readonly input: Record<string, unknown> } | { readonly problems: readonly Problem[] } {
    const input: Record<string, unknown> = {};
    for (const [place, cell] of cells.entries()) {
      const column = this.#columns[place];
      const value = cell.trim();
      if (value === '') continue;
      if (!column) return { problems: [problem(`column ${place + 1}`, value, 'empty: it has no name')] };
      input[column.name] = convert(this.#valueOf(value, column.property), column.property);
    }
    return { input };
  }

  #valueOf(cell: string, { type }: Property): unknown {
    if (type !== 'list') return cell;
    return cell
      .split(this.#between)
      .map(each => each.trim())
      .filter(each => each !== '');
  }
}
