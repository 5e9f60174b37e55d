import { Cursor } from './cursor.ts';
import type { Parameters } from './grammar.ts';
import { isAll, TOKEN, VALUE } from './octets.ts';
import { parameterName } from './parameter-names.ts';

const QUOTE = 0x22;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/** No parameters at all. */
export const NO_PARAMETERS: Parameters = new Map();

/**
 * Reads `*(SEMI generic-param)`, blanks around ";" and "=" included, and stops in front of anything else.
 * Values are wider than the grammar (any visible character but separators): IPv6 addresses without brackets (RFC 5118
 * section 4.5) and addresses are common. A name may appear once (RFC 3261 section 7.3.1).
 */
export function readParameters(cursor: Cursor): Parameters {
  let parameters: Map<string, string> | undefined;
  for (;;) {
    cursor.skipBlanks();
    if (!cursor.accept(SEMICOLON)) return parameters ?? NO_PARAMETERS;
    cursor.skipBlanks();
    const start = cursor.at;
    if (cursor.skip(TOKEN) === 0) cursor.unexpected('a parameter name');
    const name = parameterName(cursor, start, cursor.at);
    if (parameters === undefined) parameters = new Map();
    else if (parameters.has(name)) cursor.fail('a parameter appears twice', start);
    cursor.skipBlanks();
    parameters.set(name, cursor.accept(EQUALS) ? readValue(cursor) : '');
  }
}

function readValue(cursor: Cursor): string {
  cursor.skipBlanks();
  return cursor.peek() === QUOTE ? cursor.takeQuoted() : cursor.take(VALUE, 'a parameter value');
}

/** Parses ";name=value;name" with or without its first semicolon. Throws `SipParseError`. */
export function parseParameters(text: string, where = 'parameters'): Parameters {
  const trimmed = text.trim();
  if (trimmed === '') return NO_PARAMETERS;
  const cursor = new Cursor(trimmed.startsWith(';') ? trimmed : `;${trimmed}`, where);
  const parameters = readParameters(cursor);
  cursor.expectEnd('";" or the end');
  return parameters;
}

/** A quoted string. Control characters are escaped; CR and LF cannot be, and are refused when the message is printed. */
export function quoted(text: string): string {
  let result = '"';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isControl = (code < 0x20 && code !== 0x09) || code === 0x7f;
    if (code === QUOTE || code === 0x5c || isControl) result += '\\';
    result += text[at];
  }
  return `${result}"`;
}

/** Prints ";name=value" for each; values that need it are quoted. */
export function printParameters(parameters: Parameters): string {
  let result = '';
  for (const [name, value] of parameters) {
    if (value === '') result += `;${name}`;
    else result += `;${name}=${isAll(value, VALUE) ? value : quoted(value)}`;
  }
  return result;
}
