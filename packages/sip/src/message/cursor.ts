import { BLANK, classOf, DIGIT, HEX, QUOTED } from './octets.ts';
import { SipParseError } from './sip-parse-error.ts';

const QUOTE = 0x22;
const PERCENT = 0x25;
const BACKSLASH = 0x5c;

/** How a character is named in an error: itself when it is visible ASCII, else its code point. */
function nameOf(code: number): string {
  if (Number.isNaN(code)) return 'the end';
  if (code > 0x20 && code < 0x7f) return `'${String.fromCharCode(code)}'`;
  return code === 0x20 ? 'a blank' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * A place in a header value. All value parsers move one of these forward; each move is counted, so that tests can assert
 * that the work is linear in the length.
 */
export class Cursor {
  readonly text: string;
  /** Named in errors. */
  readonly where: string;
  at = 0;
  end: number;
  /** Characters looked at so far. */
  steps = 0;

  constructor(text: string, where: string) {
    this.text = text;
    this.where = where;
    this.end = text.length;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** Code of the present character, NaN at the end. */
  peek(): number {
    return this.at < this.end ? this.text.charCodeAt(this.at) : Number.NaN;
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
    const start = this.at;
    const { text, end } = this;
    let at = start;
    while (at < end && (classOf(text.charCodeAt(at)) & mask) !== 0) at++;
    this.at = at;
    this.steps += at - start + 1;
    return at - start;
  }

  skipOne(): void {
    this.steps++;
    this.at++;
  }

  skipBlanks(): void {
    this.skip(BLANK);
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
        if (this.done || (classOf(this.peek()) & HEX) === 0) this.unexpected('two hexadecimal digits after "%"');
        this.at++;
      }
    }
  }

  /** A decimal number of at most `most`; leading zeros are allowed. */
  takeNumber(most: number, what: string): number {
    const start = this.at;
    if (this.skip(DIGIT) === 0) this.unexpected(what);
    const number = Number(this.text.slice(start, this.at));
    if (number > most) this.fail(`${what} is larger than ${most}`, start);
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
      if (Number.isNaN(code)) this.fail('a quoted string does not end', open);
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
    return this.fail(`expected ${what}, found ${nameOf(this.peek())} at ${this.at}`, this.at);
  }

  fail(problem: string, offset = this.at): never {
    throw new SipParseError(this.where, problem, { offset });
  }
}
