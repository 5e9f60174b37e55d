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

/**
 * The fields of a request of which the first value of one list header is another: every request that arrives gets one by the stamp on its
 * Via, and few of them are printed again. So places and identifiers are those of the source, and the value is put together when
 * somebody asks for it.
 */
export class StampedFields implements Fields {
  readonly #source: Fields;
  readonly #stamped: number;
  readonly #print: () => string;
  #value: string | undefined;

  /** `print` gives the new value of the field at the place `stamped`. */
  constructor(source: Fields, stamped: number, print: () => string) {
    this.#source = source;
    this.#stamped = stamped;
    this.#print = print;
  }

  get count(): number {
    return this.#source.count;
  }

  id(index: number): number {
    return this.#source.id(index);
  }

  find(id: number, from: number): number {
    return this.#source.find(id, from);
  }

  name(index: number): string {
    return this.#source.name(index);
  }

  value(index: number): string {
    if (index !== this.#stamped) return this.#source.value(index);
    this.#value ??= this.#print();
    return this.#value;
  }

  cursor(index: number, where: string): Cursor {
    return index === this.#stamped ? new Cursor(this.value(index), where) : this.#source.cursor(index, where);
  }

  /** The same as lines, to be changed further or printed. */
  edited(): EditedFields {
    const edited = editedFields(this.#source);
    const stamped: RawHeader = [this.name(this.#stamped), this.value(this.#stamped)];
    return new EditedFields(edited.source, edited.lines.with(this.#stamped, stamped));
  }
}

/** Any fields as lines to be changed. */
export function editedFields(fields: Fields): EditedFields {
  if (fields instanceof EditedFields) return fields;
  if (fields instanceof StampedFields) return fields.edited();
  return new EditedFields(
    fields,
    Array.from({ length: fields.count }, (_, index) => index),
  );
}

export const idOf = (source: Fields, line: Line): number =>
  typeof line === 'number' ? source.id(line) : headerId(line[0]);
