import { Cursor } from './cursor.ts';
import { type Fields, ReceivedFields } from './fields.ts';
import { headerId } from './header-names.ts';
import type { RawHeader, SipMessage } from './message.ts';

/** A field that stays as it is, by its place in the message that is changed, or one that is written here. */
export type Line = number | RawHeader;

/** The fields of a message that is passed on with changes: whatever is not changed keeps its octets. */
export class EditedFields implements Fields {
  /** Never `EditedFields`: a change of a changed message is a change of the first one. */
  readonly source: Fields;
  readonly lines: readonly Line[];
  /** Identifiers of the lines: they are asked for again and again. */
  readonly #ids: readonly number[];

  constructor(source: Fields, lines: readonly Line[]) {
    this.source = source;
    this.lines = lines;
    this.#ids = lines.map(line => idOf(source, line));
  }

  get count(): number {
    return this.lines.length;
  }

  id(index: number): number {
    return this.#ids[index];
  }

  find(id: number, from: number): number {
    return this.#ids.indexOf(id, from);
  }

  name(index: number): string {
    const line = this.lines[index];
    return typeof line === 'number' ? this.source.name(line) : line[0];
  }

  value(index: number): string {
    const line = this.lines[index];
    return typeof line === 'number' ? this.source.value(line) : line[1];
  }

  cursor(index: number, where: string): Cursor {
    const line = this.lines[index];
    return typeof line === 'number' ? this.source.cursor(line, where) : new Cursor(line[1], where);
  }

  has(id: number): boolean {
    return this.#ids.includes(id);
  }

  /** The start line of a response as it came, when its status and reason are those that came; undefined when it is to be written. */
  startLine(message: SipMessage): Buffer | undefined {
    if (message.kind === 'request' || !(this.source instanceof ReceivedFields)) return undefined;
    const { startLine } = this.source;
    const statusAt = startLine.indexOf(' ') + 1;
    return startLine.toString('latin1', statusAt, statusAt + 3) === String(message.status) ? startLine : undefined;
  }

  /** In order: octets of one or several fields as they came, or a field to print. */
  *pieces(): Iterable<Uint8Array | RawHeader> {
    const { source, lines } = this;
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at];
      if (typeof line !== 'number') yield line;
      else if (!(source instanceof ReceivedFields)) yield [source.name(line), source.value(line)];
      else {
        let end = line + 1;
        while (lines[at + 1] === end) {
          at++;
          end++;
        }
        yield source.octets(line, end);
      }
    }
  }
}

export const idOf = (source: Fields, line: Line): number =>
  typeof line === 'number' ? source.id(line) : headerId(line[0]);
