import type { SipBudgets } from './budgets.ts';
import { likelyNameAt } from './header-names.ts';
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
/**
 * Numbers that `Layout.fields` has for each field: what `likelyNameAt` told of its name << 2 | flags, start of the name, start and end
 * of the value.
 */
export const STRIDE = 4;
/** There is room for so many fields before the array of their places has to grow. */
const ROOM = 20;

/** 1 for each token character. A table of this file: one that is imported is looked up again for each octet. */
const IN_NAME = Uint8Array.from(OCTETS, classes => classes & TOKEN);

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
class Walk implements Layout {
  readonly #bytes: Uint8Array;
  readonly #budgets: SipBudgets;
  readonly startLine: number;
  readonly startLineEnd: number;
  readonly fields: number[] = new Array(ROOM * STRIDE);
  fieldsLength = 0;
  fault: Fault | undefined;
  /** Fields so far, faulty ones too. */
  #count = 0;
  #at = 0;

  constructor(bytes: Uint8Array, budgets: SipBudgets) {
    this.#bytes = bytes;
    this.#budgets = budgets;
    // RFC 3261 section 7.5: empty lines before the start line are ignored.
    while (this.#atLineEnd()) this.#at += 2;
    this.startLine = this.#at;
    this.#toLineEnd(this.#at, 'start line', false);
    this.startLineEnd = this.#at;
    if (this.#atLineEnd()) this.#at += 2;
    this.#readFields();
  }

  get bodyStart(): number {
    return this.#at;
  }

  /** Notes the first fault only: what follows may be a consequence. */
  #note(problem: string, offset: number, where = 'header', status = 400): void {
    this.fault ??= { where, problem, offset, status };
  }

  #atLineEnd(): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    return at + 1 < bytes.length && bytes[at] === CR && bytes[at + 1] === LF;
  }

  /** Reads fields to the empty line that ends the head. */
  #readFields(): void {
    const { maxHeaders } = this.#budgets;
    for (;;) {
      this.#plainFields();
      if (this.#atLineEnd()) break;
      if (this.#at >= this.#bytes.length) {
        this.#note('the empty line that ends the header is missing', this.#at);
        return;
      }
      if (this.#count >= maxHeaders) {
        this.#note(`more than ${maxHeaders} header fields`, this.#at, 'header', 513);
        return;
      }
      this.#field();
      this.#count++;
    }
    this.#at += 2;
  }

  /**
   * Takes fields of one line whose value follows the colon and blanks, as nearly all are, and stops in front of whatever else comes,
   * with or without a fault. Most of the work on a message is done here: one flat loop over locals that loads each octet once.
   */
  #plainFields(): void {
    const bytes = this.#bytes;
    const { fields } = this;
    const { maxHeaders, maxLine } = this.#budgets;
    // The octet behind a line end tells whether the line goes on: a line end without one is none of these.
    const last = bytes.length - 2;
    let { fieldsLength } = this;
    let count = this.#count;
    let start = this.#at;
    for (; count < maxHeaders; count++) {
      let at = start;
      let octet = 0;
      for (; at < last; at++) {
        octet = bytes[at];
        if (IN_NAME[octet] === 0) break;
      }
      if (octet !== COLON || at === start) break;
      const likely = likelyNameAt(bytes, start, at);
      for (at++; at < last && bytes[at] === SPACE; at++);
      const valueStart = at;
      let seen = 0;
      for (; at < last; at++) {
        octet = bytes[at];
        if (octet < SPACE) break;
        seen |= octet;
      }
      if (octet !== CR || bytes[at + 1] !== LF || at - start > maxLine) break;
      const next = bytes[at + 2];
      if (next === SPACE || next === TAB) break;
      let valueEnd = at;
      while (valueEnd > valueStart && bytes[valueEnd - 1] === SPACE) valueEnd--;
      fields[fieldsLength] = (likely << 2) | (seen < 0x80 ? 0 : WIDE);
      fields[fieldsLength + 1] = start;
      fields[fieldsLength + 2] = valueStart;
      fields[fieldsLength + 3] = valueEnd;
      fieldsLength += STRIDE;
      start = at + 2;
    }
    this.fieldsLength = fieldsLength;
    this.#count = count;
    this.#at = start;
  }

  /** Takes any field, folded or faulty as it may be. */
  #field(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    while (at < bytes.length && (OCTETS[bytes[at]] & TOKEN) !== 0) at++;
    const nameEnd = at;
    while (at < bytes.length && (OCTETS[bytes[at]] & BLANK) !== 0) at++;
    const isField = nameEnd > start && at < bytes.length && bytes[at] === COLON;
    if (isField) at++;
    else this.#note('a line is no header field; write a name of token characters, a colon and the value', start);
    while (at < bytes.length && (OCTETS[bytes[at]] & BLANK) !== 0) at++;
    const valueStart = at;
    this.#at = at;
    const flags = this.#toLineEnd(start, 'header', true);
    const lineEnd = this.#at;
    if (this.#atLineEnd()) this.#at += 2;
    if (flags < 0 || !isField) return;
    let valueEnd = lineEnd;
    while (valueEnd > valueStart && (OCTETS[bytes[valueEnd - 1]] & BLANK) !== 0) valueEnd--;
    this.fields[this.fieldsLength++] = (likelyNameAt(bytes, start, nameEnd) << 2) | flags;
    this.fields[this.fieldsLength++] = start;
    this.fields[this.fieldsLength++] = valueStart;
    this.fields[this.fieldsLength++] = valueEnd;
  }

  /** Moves to the CRLF that ends the present line (with its continuation lines); returns its flags, or -1 when it is faulty. */
  #toLineEnd(start: number, where: string, folds: boolean): number {
    const bytes = this.#bytes;
    const { length } = bytes;
    let at = this.#at;
    let seen = 0;
    let flags = 0;
    for (;;) {
      let octet = 0;
      for (; at < length; at++) {
        octet = bytes[at];
        if (octet < SPACE) break;
        seen |= octet;
      }
      if (at >= length) {
        this.#note('a line does not end; every line ends with CRLF', start, where);
        flags = -1;
        break;
      }
      if (octet === CR && at + 1 < length && bytes[at + 1] === LF) {
        if (!folds || at + 2 >= length || (OCTETS[bytes[at + 2]] & BLANK) === 0) break;
        if (flags >= 0) flags |= FOLDED;
        at += 3;
        continue;
      }
      // A quoted-pair may hold any control character but these two (RFC 3261 section 25.1); CR and LF stand for line ends alone.
      if (octet === CR || octet === LF || (octet === NUL && bytes[at - 1] !== BACKSLASH)) {
        this.#note(
          octet === NUL ? 'a NUL outside a quoted pair' : 'CR and LF are allowed only together, as the end of a line',
          at,
          where,
        );
        flags = -1;
      }
      at++;
    }
    this.#at = at;
    if (at - start > this.#budgets.maxLine) {
      this.#note(`longer than ${this.#budgets.maxLine} octets`, start, where, 513);
      return -1;
    }
    return flags >= 0 && (seen & 0x80) !== 0 ? flags | WIDE : flags;
  }
}

/** Finds the lines of a message: one pass, linear, no strings. Faults are noted, not thrown, so that the rest can still be used. */
export function layoutOf(bytes: Uint8Array, budgets: SipBudgets): Layout {
  return new Walk(bytes, budgets);
}
