import { Cursor } from './cursor.ts';
import { unescaped } from './escapes.ts';
import type { Parameters, SipUri, TelUri, Uri } from './grammar.ts';
import { readHost, readPort } from './host.ts';
import { DIGIT, HEX, HOST, PASSWORD, URI, URI_HEADER, URI_HEADER_VALUE, URI_PARAMETER, USER } from './octets.ts';
import { parameterName } from './parameter-names.ts';
import { NO_PARAMETERS } from './parameters.ts';

const HASH = 0x23;
const AMPERSAND = 0x26;
const STAR = 0x2a;
const PLUS = 0x2b;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUESTION = 0x3f;
const AT = 0x40;
const NO_USER = { user: '' } as const;
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/**
 * Parses an absolute URI: sip, sips and tel by their grammar, any other scheme as text. Nothing may follow it.
 * Throws `SipParseError`.
 */
export function parseUri(text: string, where = 'URI'): Uri {
  return readUri(new Cursor(text, where));
}

/** Reads a URI that reaches from the cursor to its end. */
export function readUri(cursor: Cursor): Uri {
  const start = cursor.at;
  const scheme = acceptSip(cursor) ? 'sip' : readScheme(cursor);
  if (scheme === 'sip' || scheme === 'sips') return readSipUri(cursor, scheme);
  if (scheme === 'tel') return readTelUri(cursor);
  if (cursor.skip(URI) === 0 || !cursor.done) cursor.unexpected('characters that a URI may have');
  return { scheme: 'other', text: cursor.text.slice(start, cursor.end) };
}

/** "sip:" in any case, the scheme of nearly all: no string is made to see it. */
function acceptSip(cursor: Cursor): boolean {
  const { at } = cursor;
  if (at + 4 > cursor.end || cursor.octet(at + 3) !== COLON) return false;
  // "| 0x20" makes a letter lower case; no other octet becomes one of these three.
  const isSip =
    (cursor.octet(at) | 0x20) === 0x73 &&
    (cursor.octet(at + 1) | 0x20) === 0x69 &&
    (cursor.octet(at + 2) | 0x20) === 0x70;
  if (isSip) for (let step = 0; step < 4; step++) cursor.skipOne();
  return isSip;
}

/** scheme ":" in lower case. */
function readScheme(cursor: Cursor): string {
  const start = cursor.at;
  cursor.skip(HOST);
  while (cursor.accept(PLUS)) cursor.skip(HOST);
  const scheme = cursor.text.slice(start, cursor.at).toLowerCase();
  const first = scheme.charCodeAt(0);
  const startsWithLetter = first >= 0x61 && first <= 0x7a;
  if (!startsWithLetter || scheme.includes('_'))
    cursor.fail('expected a URI that begins with its scheme, for example "sip:"', start);
  cursor.expect(COLON, '":" after the scheme');
  return scheme;
}

function readSipUri(cursor: Cursor, scheme: 'sip' | 'sips'): SipUri {
  const { user, password } = readUserInfo(cursor);
  const host = readHost(cursor);
  const port = readPort(cursor);
  const parameters = readUriParameters(cursor);
  const headers = readUriHeaders(cursor);
  if (!cursor.done) cursor.unexpected('characters that a SIP URI may have');
  if (password !== undefined) {
    const uri = { scheme, user, host, parameters, headers, password };
    return port === undefined ? uri : { ...uri, port };
  }
  return port === undefined
    ? { scheme, user, host, parameters, headers }
    : { scheme, user, host, parameters, headers, port };
}

/** [ user [":" password] "@" ]. Neither host nor what follows it can have an "@", so the first one decides. */
function readUserInfo(cursor: Cursor): { user: string; password?: string } {
  const start = cursor.at;
  const isEscaped = cursor.skipEscaped(USER);
  const userEnd = cursor.at;
  let password: string | undefined;
  if (cursor.accept(COLON)) {
    cursor.skipEscaped(PASSWORD);
    password = cursor.text.slice(userEnd + 1, cursor.at);
  }
  if (!cursor.accept(AT)) {
    cursor.at = start;
    return NO_USER;
  }
  if (userEnd === start) cursor.fail('nothing stands before "@"', start);
  const text = cursor.text.slice(start, userEnd);
  const user = isEscaped ? unescaped(text) : text;
  return password === undefined ? { user } : { user, password: unescaped(password) };
}

/** *( ";" pname [ "=" pvalue ] ), unescaped; a name may appear once (RFC 3261 section 19.1.1). */
function readUriParameters(cursor: Cursor): Parameters {
  let parameters: Map<string, string> | undefined;
  while (cursor.accept(SEMICOLON)) {
    const start = cursor.at;
    const isEscaped = cursor.skipEscaped(URI_PARAMETER);
    if (cursor.at === start) cursor.unexpected('a URI parameter');
    const name = isEscaped
      ? unescaped(cursor.text.slice(start, cursor.at)).toLowerCase()
      : parameterName(cursor, start, cursor.at);
    parameters ??= new Map();
    if (parameters.has(name)) cursor.fail('a URI parameter appears twice', start);
    let value = '';
    if (cursor.accept(EQUALS)) {
      const valueStart = cursor.at;
      cursor.skipEscaped(URI_PARAMETER);
      value = unescaped(cursor.text.slice(valueStart, cursor.at));
    }
    parameters.set(name, value);
  }
  return parameters ?? NO_PARAMETERS;
}

/** [ "?" hname "=" hvalue *( "&" ... ) ], unescaped, names in lower case; several of one name are joined as a list. */
function readUriHeaders(cursor: Cursor): ReadonlyMap<string, string> {
  if (!cursor.accept(QUESTION)) return NO_HEADERS;
  const headers = new Map<string, string>();
  do {
    const start = cursor.at;
    cursor.skipEscaped(URI_HEADER);
    if (cursor.at === start) cursor.unexpected('the name of an embedded header');
    const name = unescaped(cursor.text.slice(start, cursor.at)).toLowerCase();
    cursor.expect(EQUALS, '"=" after the name of an embedded header');
    const valueStart = cursor.at;
    cursor.skipEscaped(URI_HEADER_VALUE);
    const value = unescaped(cursor.text.slice(valueStart, cursor.at));
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  } while (cursor.accept(AMPERSAND));
  return headers;
}

/** tel: URI of RFC 3966: digits, and for local numbers also hexadecimal digits, "*" and "#". */
function readTelUri(cursor: Cursor): TelUri {
  const start = cursor.at;
  let number = cursor.accept(PLUS) ? '+' : '';
  for (;;) {
    const digits = cursor.at;
    cursor.skip(number.startsWith('+') ? DIGIT : HEX);
    number += cursor.text.slice(digits, cursor.at);
    if (!number.startsWith('+') && cursor.accept(STAR)) number += '*';
    else if (!number.startsWith('+') && cursor.accept(HASH)) number += '#';
    else if (!isVisualSeparator(cursor.peek())) break;
    else cursor.skipOne();
  }
  if (number === '' || number === '+') cursor.fail('a tel: URI without a number', start);
  const parameters = readUriParameters(cursor);
  if (!cursor.done) cursor.unexpected('characters that a tel: URI may have');
  return { scheme: 'tel', number, parameters };
}

/** RFC 3966 section 3: "-" / "." / "(" / ")". */
function isVisualSeparator(code: number): boolean {
  return code === 0x2d || code === 0x2e || code === 0x28 || code === 0x29;
}
