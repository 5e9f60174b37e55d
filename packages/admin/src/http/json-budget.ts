import { ParleyError } from '@parley/base';

/** Objects and lists that may lie within one another: an object of lists of entries needs four. */
const DEEPEST = 16;
/** Values in one body: the widest object with every list full is below. */
const MOST_VALUES = 20_000;
/** Names that mean something to the language the server is written in; no property is called so. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const refused = (why: string) => new ParleyError('REQUEST_INVALID', `the body ${why}`);

/**
 * Looks through JSON once, before anything is built of it, for what must not be: too deep or too wide, a key twice in one object (readers
 * disagree which one counts, RFC 8259 4), a reserved key, a NUL, half a surrogate pair. It leaves whether it is JSON at all to the parser.
 */
export class JsonBudget {
  readonly #bytes: Buffer;
  /** Keys of the objects that are open; a list has none. */
  readonly #open: (Set<string> | undefined)[] = [];
  #values = 1;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Throws `REQUEST_INVALID`. */
  check(): void {
    while (this.#at < this.#bytes.length) {
      const byte = this.#bytes[this.#at] ?? 0;
      this.#at++;
      if (byte === QUOTE) this.#string();
      else if (byte === OPEN_OBJECT) this.#enter(new Set());
      else if (byte === OPEN_LIST) this.#enter(undefined);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#open.pop();
      else if (byte === COMMA) this.#count();
    }
  }

  #enter(keys: Set<string> | undefined): void {
    this.#open.push(keys);
    if (this.#open.length > DEEPEST) throw refused(`is nested deeper than ${DEEPEST}`);
    this.#count();
  }

  #count(): void {
    if (++this.#values > MOST_VALUES) throw refused(`has more than ${MOST_VALUES} values`);
  }

  #string(): void {
    const from = this.#at;
    while (this.#at < this.#bytes.length && this.#bytes[this.#at] !== QUOTE)
      this.#at += this.#bytes[this.#at] === BACKSLASH ? this.#escape() : 1;
    const end = this.#at++;
    const keys = this.#open.at(-1);
    if (keys && this.#isKey()) this.#key(keys, this.#bytes.toString('utf8', from, end));
  }

  /** Length of the escape that begins here. */
  #escape(): number {
    const unit = this.#unitAt(this.#at);
    if (unit === undefined) return 2;
    if (unit === 0) throw refused('has a NUL in a text');
    if (unit < 0xd800 || unit > 0xdfff) return 6;
    const second = unit < 0xdc00 ? this.#unitAt(this.#at + 6) : undefined;
    if (second === undefined || second < 0xdc00 || second > 0xdfff)
      throw refused('has half a surrogate pair in a text');
    return 12;
  }

  /** The code unit that `\uXXXX` at a place stands for. */
  #unitAt(at: number): number | undefined {
    if (this.#bytes[at] !== BACKSLASH || this.#bytes[at + 1] !== 0x75) return undefined;
    const hex = this.#bytes.toString('latin1', at + 2, at + 6);
    return /^[0-9a-fA-F]{4}$/.test(hex) ? Number.parseInt(hex, 16) : undefined;
  }

  #isKey(): boolean {
    let at = this.#at;
    while (this.#bytes[at] === 0x20 || this.#bytes[at] === 0x09 || this.#bytes[at] === 0x0a || this.#bytes[at] === 0x0d)
      at++;
    return this.#bytes[at] === COLON;
  }

  #key(keys: Set<string>, raw: string): void {
    const key = raw.includes('\\') ? unescaped(raw) : raw;
    if (RESERVED.has(key)) throw refused(`has a key that is reserved: ${key}`);
    if (keys.has(key)) throw refused(`has the key ${JSON.stringify(key.slice(0, 80))} twice in one object`);
    keys.add(key);
  }
}

function unescaped(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch (error) {
    throw new ParleyError('REQUEST_INVALID', 'the body is not JSON in UTF-8', { cause: error });
  }
}
