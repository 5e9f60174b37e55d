import { ObjectInvalid } from '@parley/directory';
import { type Filter, type ObjectDefinition, remark } from '@parley/schema';
import { propertyNamed } from '../run/shown.ts';

const LONGEST = 2048;
const DEEPEST = 16;

/** Attributes of directories by the properties that hold them here. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  cn: 'displayName',
  department: 'department',
  displayname: 'displayName',
  givenname: 'firstName',
  mail: 'mailAddress',
  'msrtcsip-line': 'lineURI',
  'msrtcsip-primaryuseraddress': 'sipAddress',
  physicaldeliveryofficename: 'office',
  sn: 'lastName',
  telephonenumber: 'phone',
};

/**
 * Reads a filter in the language of directories (RFC 4515): `(&(department=Sales)(!(office=Paris*)))`. Attributes are properties by any
 * of their names, or those of a directory that mean the same. Throws an `ObjectInvalid` that says at which column what is expected.
 */
export function readLdapFilter(text: string, definition: ObjectDefinition): Filter {
  if (text.length > LONGEST) throw refused(text, 0, `at most ${LONGEST} characters`);
  const trimmed = text.trim();
  return new Reader(trimmed.startsWith('(') ? trimmed : `(${trimmed})`, definition).read();
}

const refused = (text: string, at: number, why: string) =>
  new ObjectInvalid([remark('LdapFilter', text, `LdapFilter, column ${at + 1}: ${why}`)]);

class Reader {
  readonly #text: string;
  readonly #definition: ObjectDefinition;
  #at = 0;

  constructor(text: string, definition: ObjectDefinition) {
    this.#text = text;
    this.#definition = definition;
  }

  read(): Filter {
    const filter = this.#filter(0);
    if (this.#at < this.#text.length) throw this.#refused('nothing may follow');
    return filter;
  }

  #refused(why: string): ObjectInvalid {
    return refused(this.#text, this.#at, why);
  }

  #take(letter: string): void {
    if (this.#text[this.#at] !== letter) throw this.#refused(`expected ${letter}`);
    this.#at++;
  }

  #filter(depth: number): Filter {
    if (depth > DEEPEST) throw this.#refused(`at most ${DEEPEST} parentheses within one another`);
    this.#take('(');
    const filter = this.#inside(depth);
    this.#take(')');
    return filter;
  }

  #inside(depth: number): Filter {
    const sign = this.#text[this.#at];
    if (sign === '!') {
      this.#at++;
      return { op: 'not', of: this.#filter(depth + 1) };
    }
    if (sign !== '&' && sign !== '|') return this.#item();
    this.#at++;
    const of: Filter[] = [];
    while (this.#text[this.#at] === '(') of.push(this.#filter(depth + 1));
    return { op: sign === '&' ? 'and' : 'or', of };
  }

  /** `attribute=value`, `>=`, `<=`, `~=`; `*` alone is whatever is given. */
  #item(): Filter {
    const end = this.#text.indexOf(')', this.#at);
    const item = this.#text.slice(this.#at, end < 0 ? this.#text.length : end);
    const cut = item.indexOf('=');
    if (cut < 1) throw this.#refused('expected an attribute, = and a value');
    const order = item[cut - 1] ?? '';
    const isOrder = '<>~'.includes(order);
    const property = this.#property(item.slice(0, isOrder ? cut - 1 : cut).trim());
    const value = this.#unescaped(item.slice(cut + 1));
    this.#at += item.length;
    if (order === '>') return { op: 'ge', property, value };
    if (order === '<') return { op: 'le', property, value };
    if (value === '*') return { op: 'ne', property, value: null };
    return { op: /[*]/.test(value) ? 'like' : 'eq', property, value };
  }

  #property(word: string): string {
    const lower = word.toLowerCase();
    const attribute = Object.hasOwn(ATTRIBUTES, lower) ? ATTRIBUTES[lower] : undefined;
    const property = propertyNamed(this.#definition, word) ?? (attribute && propertyNamed(this.#definition, attribute));
    if (property === undefined)
      throw this.#refused(`${this.#definition.kind} has no attribute ${JSON.stringify(word.slice(0, 80))}`);
    return property;
  }

  /** RFC 4515 3: `\2a` is a star that is meant; there is no way to compare with one here, because a pattern takes it for any text. */
  #unescaped(value: string): string {
    if (/\\(?![0-9a-fA-F]{2})/.test(value))
      throw this.#refused('a backslash must be followed by two hexadecimal digits');
    return value.replaceAll(/\\([0-9a-fA-F]{2})/g, (_, hex: string) => {
      const letter = String.fromCharCode(Number.parseInt(hex, 16));
      if (letter === '*') throw this.#refused('a star as itself cannot be looked for');
      return letter;
    });
  }
}
