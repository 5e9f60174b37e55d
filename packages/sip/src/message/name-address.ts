import { Bug } from '@parley/base';
import { SIP_BUDGETS } from './budgets.ts';
import { Cursor } from './cursor.ts';
import type { NameAddress, Parameters, Uri } from './grammar.ts';
import { BLANK, DISPLAY, isAll, URI } from './octets.ts';
import { NO_PARAMETERS, printParameters, quoted, readParameters } from './parameters.ts';
import { readUri } from './uri.ts';
import { printUri } from './uri-print.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/** Parses one name-addr or addr-spec with its header parameters. Throws `SipParseError`. */
export function parseNameAddress(text: string, where = 'name-addr'): NameAddress {
  return readOneNameAddress(new Cursor(text, where));
}

/** The same from a cursor to its end. */
export function readOneNameAddress(cursor: Cursor): NameAddress {
  const address = readNameAddress(cursor);
  cursor.expectEnd('";" or the end');
  return address;
}

/** Parses a list of them, separated by commas. Throws `SipParseError`, also for more than `maxValues`. */
export function parseNameAddressList(
  text: string,
  where = 'name-addr',
  maxValues = SIP_BUDGETS.maxValues,
): NameAddress[] {
  return readNameAddressList(new Cursor(text, where), maxValues);
}

/** The same from a cursor to its end. */
export function readNameAddressList(cursor: Cursor, maxValues: number): NameAddress[] {
  const addresses: NameAddress[] = [];
  do {
    if (addresses.length >= maxValues) cursor.fail(`more than ${maxValues} values`, cursor.at, 513);
    addresses.push(readNameAddress(cursor));
    cursor.skipBlanks();
  } while (cursor.accept(COMMA));
  cursor.expectEnd('";", "," or the end');
  return addresses;
}

/** Reads one and stops in front of a comma or the end. */
export function readNameAddress(cursor: Cursor): NameAddress {
  cursor.skipBlanks();
  const display = readDisplay(cursor);
  const start = cursor.at;
  const inBrackets = cursor.accept(LESS);
  if (!inBrackets && display !== undefined) cursor.unexpected('"<" after the display name');
  const { uri, uriText } = inBrackets ? readBracketed(cursor) : readBare(cursor, start);
  return { display: display ?? '', uri, uriText, parameters: readParameters(cursor) };
}

/** [ display-name ] before "<"; undefined when there is none. Unquoted tokens may be of any script (against the grammar). */
function readDisplay(cursor: Cursor): string | undefined {
  if (cursor.peek() === QUOTE) {
    const display = cursor.takeQuoted();
    cursor.skipBlanks();
    return display;
  }
  if (cursor.peek() === LESS) return undefined;
  const start = cursor.at;
  cursor.skip(DISPLAY | BLANK);
  if (cursor.peek() === LESS && cursor.at > start) return cursor.text.slice(start, cursor.at).trim();
  // No bracket follows: what was read belongs to a URI without brackets.
  cursor.at = start;
  return undefined;
}

/** addr-spec ">": no blanks inside the brackets (RFC 4475 section 3.1.2.14). */
function readBracketed(cursor: Cursor): { uri: Uri; uriText: string } {
  const start = cursor.at;
  cursor.skip(URI);
  const close = cursor.at;
  if (cursor.peek() !== GREATER) cursor.unexpected('">" after the URI');
  const uri = within(cursor, start, close);
  cursor.at = close + 1;
  return { uri, uriText: cursor.text.slice(start, close) };
}

/**
 * addr-spec without brackets: ends at ";", which begins the header's parameters. A "?" or "," in it would need brackets
 * (RFC 3261 section 20, RFC 4475 section 3.1.2.13).
 */
function readBare(cursor: Cursor, start: number): { uri: Uri; uriText: string } {
  let code = cursor.peek();
  while (!cursor.done && code !== SEMICOLON && code !== COMMA && code !== 0x20 && code !== 0x09) {
    if (code === QUESTION) cursor.fail('a URI with "?" must stand in angle brackets');
    cursor.skipOne();
    code = cursor.peek();
  }
  const close = cursor.at;
  const uriText = cursor.text.slice(start, close);
  // Contact: * (RFC 3261 section 10.2.2).
  if (uriText === '*') return { uri: { scheme: 'other', text: '*' }, uriText };
  const uri = within(cursor, start, close);
  cursor.at = close;
  return { uri, uriText };
}

/** Reads the URI that lies between two places of the value. */
function within(cursor: Cursor, start: number, close: number): Uri {
  const { end } = cursor;
  cursor.at = start;
  cursor.end = close;
  const uri = readUri(cursor);
  cursor.end = end;
  return uri;
}

/** A name-addr made here: `display` as people read it, `parameters` of the header. Throws `SipParseError` for a URI that cannot be read. */
export function nameAddress(
  uri: Uri | string,
  options: { display?: string; parameters?: Parameters } = {},
): NameAddress {
  const uriText = typeof uri === 'string' ? uri : printUri(uri);
  const parsed = typeof uri === 'string' ? readUri(new Cursor(uri, 'URI')) : uri;
  return { display: options.display ?? '', uri: parsed, uriText, parameters: options.parameters ?? NO_PARAMETERS };
}

/** Prints a name-addr, always with angle brackets. Throws `Bug` when `uriText` could leave them. */
export function printNameAddress(address: NameAddress): string {
  if (!isAll(address.uriText, URI)) throw new Bug('a URI with blanks, quotes or brackets cannot be printed');
  const display = address.display === '' ? '' : `${quoted(address.display)} `;
  return `${display}<${address.uriText}>${printParameters(address.parameters)}`;
}
