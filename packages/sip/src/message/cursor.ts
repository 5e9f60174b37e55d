import { BLANK, DIGIT, HEX, OCTETS, QUOTED } from './octets.ts';
import { SipParseError } from './sip-parse-error.ts';

/** A constant of this file: one that is imported is looked up again for each octet. */
const CLASSES = OCTETS;
const QUOTE = 0x22;
const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
/** What `peek` tells where nothing follows. */
const THE_END = -1;
/** Below so many characters, asking costs more than it saves. */
const SHORT = 32;
/** Stands for every character beyond Latin-1: all from 0x80 on are in the same classes. */
const BEYOND = 0xff;

/** How a character is named in an error: itself when it is visible ASCII, else its code point. */
function nameOf(code: number): string {
  if (code === THE_END) return 'the end';
  if (code > 0x20 && code < 0x7f) return `'${String.fromCharCode(code)}'`;
  return code === 0x20 ? 'a blank' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A value inside a longer text, whose characters are there as octets too: one octet a character. */
export interface Span {
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
}

function octetsOf(text: string): Uint8Array {
  // UTF-8 has as many octets as the text has characters where all of it is ASCII: then the platform copies it at a tenth of the cost.
  if (text.length >= SHORT && Buffer.byteLength(text) === text.length) return Buffer.from(text, 'latin1');
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) octets[at] = Math.min(text.charCodeAt(at), BEYOND);
  return octets;
}

/**
 * A place in a header value. All value parsers move one of these forward; each move is counted, so that tests can assert
 * that the work is linear in the length. It looks at octets, which costs a quarter of looking at the characters of a string;
 * the text is there to cut pieces out of it.
 */
export class Cursor {
  readonly text: string;
  /** Named in errors. */
  readonly where: string;
  /** Those of the text. */
  readonly octets: Uint8Array;
  /** Where the value begins in the text: errors tell places in the value. */
  readonly #start: number;
  at: number;
  end: number;
  /** Characters looked at so far. */
  steps = 0;

  /** Over a whole text, or over what `span` says of it. */
  constructor(text: string, where: string, span?: Span) {
    this.text = text;
    this.where = where;
    this.octets = span === undefined ? octetsOf(text) : span.octets;
    this.#start = span === undefined ? 0 : span.start;
    this.at = this.#start;
    this.end = span === undefined ? text.length : span.end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** Code of the present character (255 for any beyond Latin-1), -1 at the end. */
  peek(): number {
    return this.at < this.end ? this.octets[this.at] : THE_END;
  }

  /** The octet at a place of this cursor. */
  octet(at: number): number {
    return this.octets[at];
  }

  /** Steps over one expected character; false when another one is there. */
  accept(code: number): boolean {
    this.steps++;
    if (this.peek() !== code) return false;
    this.at++;
    return true;
  }

  expect(code: number, what: string): void {
    if (!this.accept(code)) this.unexpected(what);
  }

  /** Steps over characters of a class; returns how many there were. */
  skip(mask: number): number {
    const octets = this.octets;
    const { at: start, end } = this;
    let at = start;
    while (at < end && (CLASSES[octets[at]] & mask) !== 0) at++;
    this.at = at;
    this.steps += at - start + 1;
    return at - start;
  }

  skipOne(): void {
    this.steps++;
    this.at++;
  }

  /** Mostly there are none. */
  skipBlanks(): void {
    if (this.at < this.end && (CLASSES[this.octets[this.at]] & BLANK) !== 0) this.skip(BLANK);
    else this.steps++;
  }

  /** Characters of a class, at least one. */
  take(mask: number, what: string): string {
    const start = this.at;
    if (this.skip(mask) === 0) this.unexpected(what);
    return this.text.slice(start, this.at);
  }

  /** Steps over characters of a class and "%" HEX HEX; returns whether there was an escape. */
  skipEscaped(mask: number): boolean {
    let escaped = false;
    for (;;) {
      this.skip(mask);
      if (!this.accept(PERCENT)) return escaped;
      escaped = true;
      for (let digit = 0; digit < 2; digit++) {
        this.steps++;
        if (this.done || (CLASSES[this.octets[this.at]] & HEX) === 0)
          this.unexpected('two hexadecimal digits after "%"');
        this.at++;
      }
    }
  }

  /** A decimal number of at most `most`; leading zeros are allowed. */
  takeNumber(most: number, what: string): number {
    const start = this.at;
    if (this.skip(DIGIT) === 0) this.unexpected(what);
    const number = this.numberFrom(start);
    if (number > most) this.fail(`${what} is larger than ${most}`, start);
    return number;
  }

  /** What the digits from a place to the present one say. */
  numberFrom(start: number): number {
    const { octets } = this;
    let number = 0;
    for (let at = start; at < this.at; at++) number = number * 10 + octets[at] - ZERO;
    return number;
  }

  /** A quoted string from its opening to its closing quotation mark, with its escapes resolved. */
  takeQuoted(): string {
    const open = this.at;
    this.expect(QUOTE, 'a quotation mark');
    let plainFrom = this.at;
    let value = '';
    for (;;) {
      this.skip(QUOTED);
      const code = this.peek();
      if (code === QUOTE) break;
      if (code === THE_END) this.fail('a quoted string does not end', open);
      if (code !== BACKSLASH) this.unexpected('text that is allowed in a quoted string');
      value += this.text.slice(plainFrom, this.at);
      this.at++;
      // quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F): what is escaped begins the next plain piece.
      if (this.done) this.fail('a quoted string does not end', open);
      plainFrom = this.at;
      this.at++;
    }
    value += this.text.slice(plainFrom, this.at);
    this.at++;
    return value;
  }

  /** Nothing but blanks may follow. */
  expectEnd(what: string): void {
    this.skipBlanks();
    if (!this.done) this.unexpected(what);
  }

  /** Throws: what should stand here, and what does. */
  unexpected(what: string): never {
    const code = this.done ? THE_END : this.text.charCodeAt(this.at);
    return this.fail(`expected ${what}, found ${nameOf(code)} at ${this.at - this.#start}`);
  }

  /** Throws; `at` is a place of this cursor, the present one when left out. */
  fail(problem: string, at = this.at, status = 400): never {
    throw new SipParseError(this.where, problem, { offset: at - this.#start, status });
  }
}
