import type { SipBudgets } from './budgets.ts';
import { headerIdAt } from './header-names.ts';
import { BLANK, OCTETS, TOKEN } from './octets.ts';

const NUL = 0x00;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Flag: the value goes over several lines. */
export const FOLDED = 1;
/** Flag: the value has octets beyond ASCII. */
export const WIDE = 2;
/** Numbers that `Layout.fields` has for each field: identifier << 2 | flags, start of the name, start and end of the value. */
export const STRIDE = 4;
/** There is room for so many fields before the array of their places has to grow. */
const ROOM = 20;

/** The first thing that was wrong with a message. */
export interface Fault {
  readonly where: string;
  readonly problem: string;
  readonly offset: number;
  readonly status: number;
}

/** Where things are in a message: offsets in octets from its start. */
export interface Layout {
  readonly startLine: number;
  readonly startLineEnd: number;
  /** `STRIDE` numbers a field; faulty fields are left out. There may be room behind the last one. */
  readonly fields: readonly number[];
  /** Numbers in `fields`. */
  readonly fieldsLength: number;
  readonly bodyStart: number;
  readonly fault: Fault | undefined;
}

/** Walks over the head of a message once, line by line, and makes no strings. */
class Walk {
  readonly #bytes: Uint8Array;
  readonly #budgets: SipBudgets;
  readonly fields: number[] = new Array(ROOM * STRIDE);
  fieldsLength = 0;
  at: number;
  fault: Fault | undefined;

  constructor(bytes: Uint8Array, budgets: SipBudgets) {
    this.#bytes = bytes;
    this.#budgets = budgets;
    this.at = 0;
  }

  /** Notes the first fault only: what follows may be a consequence. */
  note(problem: string, offset: number, where = 'header', status = 400): void {
    this.fault ??= { where, problem, offset, status };
  }

  /** RFC 3261 section 7.5: empty lines before the start line are ignored. */
  skipEmptyLines(): void {
    while (this.#atLineEnd()) this.at += 2;
  }

  #atLineEnd(): boolean {
    const bytes = this.#bytes;
    return this.at + 1 < bytes.length && bytes[this.at] === CR && bytes[this.at + 1] === LF;
  }

  /** Moves behind the present line; returns where its text ends. */
  startLine(): number {
    const start = this.at;
    this.#toLineEnd(start, 'start line', false);
    const end = this.at;
    if (this.#atLineEnd()) this.at += 2;
    return end;
  }

  /** Reads fields to the empty line that ends the head. */
  readFields(): void {
    const { maxHeaders } = this.#budgets;
    for (let count = 0; !this.#atLineEnd(); count++) {
      if (this.at >= this.#bytes.length) {
        this.note('the empty line that ends the header is missing', this.at);
        return;
      }
      if (count >= maxHeaders) {
        this.note(`more than ${maxHeaders} header fields`, this.at, 'header', 513);
        return;
      }
      if (!this.#plainField()) this.#field();
    }
    this.at += 2;
  }

  /** Takes a field of one line whose value follows the colon and blanks, as nearly all are; leaves any other, with or without a fault. */
  #plainField(): boolean {
    const bytes = this.#bytes;
    const { length } = bytes;
    const start = this.at;
    let at = start;
    while (at < length && (OCTETS[bytes[at]] & TOKEN) !== 0) at++;
    const nameEnd = at;
    if (nameEnd === start || at >= length || bytes[at] !== COLON) return false;
    do at++;
    while (at < length && bytes[at] === SPACE);
    const valueStart = at;
    let seen = 0;
    while (at < length && bytes[at] >= SPACE) seen |= bytes[at++];
    const isLine = at + 2 < length && bytes[at] === CR && bytes[at + 1] === LF && (OCTETS[bytes[at + 2]] & BLANK) === 0;
    if (!isLine || bytes[valueStart] === TAB || at - start > this.#budgets.maxLine) return false;
    this.at = at + 2;
    this.#add(start, nameEnd, (seen & 0x80) === 0 ? 0 : WIDE, valueStart, at);
    return true;
  }

  #add(start: number, nameEnd: number, flags: number, valueStart: number, lineEnd: number): void {
    const bytes = this.#bytes;
    let valueEnd = lineEnd;
    while (valueEnd > valueStart && (OCTETS[bytes[valueEnd - 1]] & BLANK) !== 0) valueEnd--;
    const { fields, fieldsLength } = this;
    fields[fieldsLength] = (headerIdAt(bytes, start, nameEnd) << 2) | flags;
    fields[fieldsLength + 1] = start;
    fields[fieldsLength + 2] = valueStart;
    fields[fieldsLength + 3] = valueEnd;
    this.fieldsLength = fieldsLength + STRIDE;
  }

  #field(): void {
    const bytes = this.#bytes;
    const start = this.at;
    let at = start;
    while (at < bytes.length && (OCTETS[bytes[at]] & TOKEN) !== 0) at++;
    const nameEnd = at;
    while (at < bytes.length && (OCTETS[bytes[at]] & BLANK) !== 0) at++;
    const isField = nameEnd > start && at < bytes.length && bytes[at] === COLON;
    if (isField) at++;
    else this.note('a line is no header field; write a name of token characters, a colon and the value', start);
    while (at < bytes.length && (OCTETS[bytes[at]] & BLANK) !== 0) at++;
    const valueStart = at;
    this.at = at;
    const flags = this.#toLineEnd(start, 'header', true);
    const lineEnd = this.at;
    if (this.#atLineEnd()) this.at += 2;
    if (flags >= 0 && isField) this.#add(start, nameEnd, flags, valueStart, lineEnd);
  }

  /** Moves to the CRLF that ends the present line (with its continuation lines); returns its flags, or -1 when it is faulty. */
  #toLineEnd(start: number, where: string, folds: boolean): number {
    const bytes = this.#bytes;
    const { length } = bytes;
    let at = this.at;
    let seen = 0;
    let flags = 0;
    for (;;) {
      while (at < length && bytes[at] >= 0x20) seen |= bytes[at++];
      if (at >= length) {
        this.note('a line does not end; every line ends with CRLF', start, where);
        flags = -1;
        break;
      }
      const octet = bytes[at];
      if (octet === CR && at + 1 < length && bytes[at + 1] === LF) {
        if (!folds || at + 2 >= length || (OCTETS[bytes[at + 2]] & BLANK) === 0) break;
        if (flags >= 0) flags |= FOLDED;
        at += 3;
        continue;
      }
      // A quoted-pair may hold any control character but these two (RFC 3261 section 25.1); CR and LF stand for line ends alone.
      if (octet === CR || octet === LF || (octet === NUL && bytes[at - 1] !== BACKSLASH)) {
        this.note(
          octet === NUL ? 'a NUL outside a quoted pair' : 'CR and LF are allowed only together, as the end of a line',
          at,
          where,
        );
        flags = -1;
      }
      at++;
    }
    this.at = at;
    if (at - start > this.#budgets.maxLine) {
      this.note(`longer than ${this.#budgets.maxLine} octets`, start, where, 513);
      return -1;
    }
    return flags >= 0 && (seen & 0x80) !== 0 ? flags | WIDE : flags;
  }
}

/** Finds the lines of a message: one pass, linear, no strings. Faults are noted, not thrown, so that the rest can still be used. */
export function layoutOf(bytes: Uint8Array, budgets: SipBudgets): Layout {
  const walk = new Walk(bytes, budgets);
  walk.skipEmptyLines();
  const startLine = walk.at;
  const startLineEnd = walk.startLine();
  walk.readFields();
  const { fields, fieldsLength, at: bodyStart, fault } = walk;
  return { startLine, startLineEnd, fields, fieldsLength, bodyStart, fault };
}
