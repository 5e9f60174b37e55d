import { parseDeltaSeconds } from './delta-seconds.ts';
import type { NameAddress, Parameters } from './grammar.ts';
import type { SipMessage } from './message.ts';
import { DIGIT, isAll, URI } from './octets.ts';
import { SipParseError } from './sip-parse-error.ts';

const QUOTE = 0x22;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;

/** RFC 3261 section 20.10: what a malformed `expires` is taken for, seconds. */
const MALFORMED_EXPIRES = 3600;
const HIGHEST_REG_ID = 0x7fff_ffff;
const LONGEST_INSTANCE = 256;

/** Parameters of a binding that are ours to say, not the user agent's (RFC 3261 section 10.3, RFC 5627 section 5.1). */
const OURS: ReadonlySet<string> = new Set(['expires', 'pub-gruu', 'temp-gruu']);

/** One Contact of a REGISTER or of its 200. */
export interface ContactValue {
  readonly address: NameAddress;
  /** Display name and URI as written, the URI in angle brackets. */
  readonly text: string;
  /** Header parameters as written (";q=0.5;+sip.instance=..."), unknown ones too, without `expires`, `pub-gruu` and `temp-gruu`. */
  readonly parametersText: string;
  /** Seconds; undefined when it does not say, 3600 when what it says is malformed (RFC 3261 section 10.2.1.1). */
  readonly expires: number | undefined;
  /** Thousandths, 0 to 1000; 1000 when left out (RFC 3261 section 16.6: no value is the highest). */
  readonly q: number;
  /** The URN of `+sip.instance`, without its angle brackets (RFC 5626 section 4.1). */
  readonly instance: string | undefined;
  /** 1 to 2**31 - 1 (RFC 5626 section 4.2). */
  readonly regId: number | undefined;
}

/** Reads the Contacts of a REGISTER or of its 200; '*' is `Contact: *`, which stands alone. Throws `SipParseError`. */
export function readContactList(message: SipMessage): readonly ContactValue[] | '*' {
  const addresses = message.contacts;
  if (addresses.some(({ uriText }) => uriText === '*')) {
    if (addresses.length > 1) throw new SipParseError('Contact', '"*" must stand alone');
    return '*';
  }
  if (addresses.length === 0) return [];
  const texts = message.values('contact');
  return addresses.map((address, at) => contactValue(address, texts[at]));
}

function contactValue(address: NameAddress, text: string): ContactValue {
  const { parameters, uriText } = address;
  const end = addressEnd(text);
  return {
    address,
    text: end.inBrackets ? text.slice(0, end.at) : `<${uriText}>`,
    parametersText: withoutOurs(text.slice(end.at)),
    expires: expiresOf(parameters),
    q: parseQ(parameters.get('q')),
    instance: instanceOf(parameters),
    regId: regIdOf(parameters),
  };
}

/** Where the address ends and the header's parameters begin, in a text that has been parsed. */
function addressEnd(text: string): { at: number; inBrackets: boolean } {
  let bare = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = quotedEnd(text, at);
    else if (code === LESS) return { at: text.indexOf('>', at) + 1, inBrackets: true };
    else if (code === SEMICOLON && bare === text.length) bare = at;
    if (bare < text.length) break;
  }
  return { at: bare, inBrackets: false };
}

/** The parameters of a text that has been parsed, without those that are ours. */
function withoutOurs(text: string): string {
  let kept = '';
  for (let start = text.indexOf(';'); start >= 0 && start < text.length; ) {
    let end = start + 1;
    while (end < text.length && text.charCodeAt(end) !== SEMICOLON) {
      if (text.charCodeAt(end) === QUOTE) end = quotedEnd(text, end);
      end++;
    }
    const piece = text.slice(start + 1, end).trim();
    const equals = piece.indexOf('=');
    const name = (equals < 0 ? piece : piece.slice(0, equals)).trimEnd().toLowerCase();
    if (!OURS.has(name)) kept += `;${piece}`;
    start = end;
  }
  return kept;
}

/** Where the quoted string that begins at `start` ends. */
function quotedEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function expiresOf(parameters: Parameters): number | undefined {
  const text = parameters.get('expires');
  return text === undefined ? undefined : readExpires(text);
}

/** Seconds of an `expires` parameter or an Expires header of a REGISTER; 3600 when malformed (RFC 3261 section 10.2.1.1). */
export function readExpires(text: string): number {
  try {
    return parseDeltaSeconds(text, 'Expires');
  } catch (thrown) {
    if (thrown instanceof SipParseError) return MALFORMED_EXPIRES;
    throw thrown;
  }
}

/** qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths. */
export function parseQ(text: string | undefined): number {
  if (text === undefined) return 1000;
  const fraction = text.slice(2);
  const isNumber = text[0] === '0' || text[0] === '1';
  const isFraction = text.length === 1 || (text[1] === '.' && (fraction === '' || isAll(fraction, DIGIT)));
  const thousandths = Number(text[0]) * 1000 + Number(fraction.padEnd(3, '0'));
  if (!isNumber || !isFraction || fraction.length > 3 || thousandths > 1000)
    throw new SipParseError('Contact', 'q is a number from 0 to 1 with at most three decimals');
  return thousandths;
}

function instanceOf(parameters: Parameters): string | undefined {
  const value = parameters.get('+sip.instance');
  if (value === undefined) return undefined;
  const urn = value.slice(1, -1);
  const isBracketed = value.charCodeAt(0) === LESS && value.charCodeAt(value.length - 1) === GREATER;
  if (!isBracketed || urn.length > LONGEST_INSTANCE || !isAll(urn, URI))
    throw new SipParseError('Contact', '+sip.instance must be "<URN>"');
  return urn;
}

function regIdOf(parameters: Parameters): number | undefined {
  const text = parameters.get('reg-id');
  if (text === undefined) return undefined;
  const number = text.length <= 10 && isAll(text, DIGIT) ? Number(text) : 0;
  if (number < 1 || number > HIGHEST_REG_ID)
    throw new SipParseError('Contact', 'reg-id is a number from 1 to 2**31 - 1');
  return number;
}
