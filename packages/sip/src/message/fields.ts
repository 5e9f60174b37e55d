import { isUtf8 } from 'node:buffer';
import { Cursor } from './cursor.ts';
import { headerId, headerIdAt, ID_MASK } from './header-names.ts';
import { FOLDED, type Layout, STRIDE, WIDE } from './layout.ts';
import type { RawHeader } from './message.ts';
import { BLANK, classOf, OCTETS, TOKEN } from './octets.ts';

/** Octets of CRLF; an empty line ends the head. */
const LINE_END = 2;
const NOTHING = Buffer.alloc(0);

/** The header fields of a message, by position. */
export interface Fields {
  readonly count: number;
  /** Identifier of header-names.ts, 0 for an unknown header. */
  id(index: number): number;
  /** Index of the first field with that identifier from an index on, -1 when there is none. */
  find(id: number, from: number): number;
  /** As written. */
  name(index: number): string;
  /** Unfolded and trimmed. */
  value(index: number): string;
  /** The value to parse; `where` is named in errors. */
  cursor(index: number, where: string): Cursor;
}

/** RFC 3261 section 7.3.1: a line break with the blanks around it stands for one blank. */
function unfolded(text: string): string {
  let result = '';
  let from = 0;
  for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', from)) {
    let end = at;
    while (end > from && (classOf(text.charCodeAt(end - 1)) & BLANK) !== 0) end--;
    if (end > from) result += result === '' ? text.slice(from, end) : ` ${text.slice(from, end)}`;
    from = at + 2;
    while (from < text.length && (classOf(text.charCodeAt(from)) & BLANK) !== 0) from++;
  }
  const rest = text.slice(from);
  return rest === '' || result === '' ? result + rest : `${result} ${rest}`;
}

/** UTF-8, or Latin-1 when it is not UTF-8: old telephone systems send names like that. */
export function decoded(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** Fields of a received message: offsets into its bytes; strings are made when somebody asks. */
export class ReceivedFields implements Fields {
  readonly #bytes: Buffer;
  readonly #layout: readonly number[];
  readonly #layoutLength: number;
  readonly #startLine: number;
  readonly #headEnd: number;
  /** The head as one string, an octet a character: cutting pieces out of it is cheaper than decoding each. */
  readonly head: string;

  constructor(bytes: Buffer, layout: Layout) {
    this.#bytes = bytes;
    this.#layout = layout.fields;
    this.#layoutLength = layout.fieldsLength;
    this.#startLine = layout.startLine;
    this.#headEnd = layout.bodyStart;
    this.head = bytes.toString('latin1', 0, layout.bodyStart);
  }

  get count(): number {
    return this.#layoutLength / STRIDE;
  }

  /** So many octets from behind the head. */
  body(length: number): Uint8Array {
    return length === 0 ? NOTHING : this.#bytes.subarray(this.#headEnd, this.#headEnd + length);
  }

  /** Over the Request-URI, which is so long and lies one blank behind the method. */
  uriCursor(method: string, { length }: string): Cursor {
    const start = this.#startLine + method.length + 1;
    return new Cursor(this.head, 'Request-URI', { octets: this.#bytes, start, end: start + length });
  }

  /** The start line as it came, line end included; empty lines before it are left out. */
  get startLine(): Buffer {
    return this.#bytes.subarray(this.#startLine, this.#layoutLength > 0 ? this.#layout[1] : this.#headEnd - LINE_END);
  }

  /** Fields from one to before another as they came, octet for octet, line ends included. Only of a message without a fault. */
  octets(from: number, to: number): Buffer {
    const start = this.#layout[from * STRIDE + 1];
    const end = to < this.count ? this.#layout[to * STRIDE + 1] : this.#headEnd - LINE_END;
    return this.#bytes.subarray(start, end);
  }

  id(index: number): number {
    const at = index * STRIDE;
    return headerIdAt(this.#layout[at] >> 2, this.#bytes, this.#layout[at + 1]);
  }

  find(id: number, from: number): number {
    const layout = this.#layout;
    const length = this.#layoutLength;
    const idMask = ID_MASK;
    for (let at = from * STRIDE; at < length; at += STRIDE) {
      const likely = layout[at] >> 2;
      // Only a header that is unknown may have the likely name of a known one.
      if (((likely & idMask) === id || id === 0) && headerIdAt(likely, this.#bytes, layout[at + 1]) === id)
        return at / STRIDE;
    }
    return -1;
  }

  name(index: number): string {
    const start = this.#layout[index * STRIDE + 1];
    let end = start;
    while ((OCTETS[this.#bytes[end]] & TOKEN) !== 0) end++;
    return this.head.slice(start, end);
  }

  value(index: number): string {
    const flags = this.#layout[index * STRIDE];
    const start = this.#layout[index * STRIDE + 2];
    const end = this.#layout[index * STRIDE + 3];
    const text = (flags & WIDE) === 0 ? this.head.slice(start, end) : decoded(this.#bytes.subarray(start, end));
    return (flags & FOLDED) === 0 ? text : unfolded(text);
  }

  /** Over the octets as they came: nothing is cut out to be looked at, unless the value is folded or beyond ASCII. */
  cursor(index: number, where: string): Cursor {
    const at = index * STRIDE;
    if ((this.#layout[at] & (FOLDED | WIDE)) !== 0) return new Cursor(this.value(index), where);
    return new Cursor(this.head, where, {
      octets: this.#bytes,
      start: this.#layout[at + 2],
      end: this.#layout[at + 3],
    });
  }
}

/** Fields of a message that was put together here. */
export class BuiltFields implements Fields {
  readonly #headers: readonly RawHeader[];
  /** Found at the first question: a request whose Via was stamped is asked for many headers. */
  #ids: readonly number[] | undefined;

  constructor(headers: readonly RawHeader[]) {
    this.#headers = headers;
  }

  get count(): number {
    return this.#headers.length;
  }

  id(index: number): number {
    return this.#identifiers()[index];
  }

  find(id: number, from: number): number {
    return this.#identifiers().indexOf(id, from);
  }

  #identifiers(): readonly number[] {
    this.#ids ??= this.#headers.map(([name]) => headerId(name));
    return this.#ids;
  }

  name(index: number): string {
    return this.#headers[index][0];
  }

  value(index: number): string {
    return this.#headers[index][1];
  }

  cursor(index: number, where: string): Cursor {
    return new Cursor(this.value(index), where);
  }
}
