import { Cursor } from '../message/cursor.ts';
import type { Parameters } from '../message/grammar.ts';
import { TOKEN, VALUE } from '../message/octets.ts';
import { quoted } from '../message/parameters.ts';
import { SipParseError } from '../message/sip-parse-error.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const EQUALS = 0x3d;
/** More than any known peer sends; a header line may be longer. */
const LONGEST = 4096;
const MOST_PARAMETERS = 24;

/**
 * The parameters of a challenge or of credentials whose scheme is Digest (RFC 3261 section 25.1, "auth-param"); undefined for any
 * other scheme. Each name may appear once, in any case. Throws `SipParseError`.
 */
export function parseDigestParameters(text: string, where: string): Parameters | undefined {
  if (text.length > LONGEST) throw new SipParseError(where, `longer than ${LONGEST} characters`);
  const cursor = new Cursor(text, where);
  cursor.skipBlanks();
  const scheme = cursor.take(TOKEN, 'an authentication scheme');
  if (scheme.toLowerCase() !== 'digest') return undefined;
  const parameters = new Map<string, string>();
  do {
    cursor.skipBlanks();
    const start = cursor.at;
    const name = cursor.take(TOKEN, 'a parameter name').toLowerCase();
    if (parameters.has(name)) cursor.fail('a parameter appears twice', start);
    if (parameters.size >= MOST_PARAMETERS) cursor.fail(`more than ${MOST_PARAMETERS} parameters`, start);
    cursor.skipBlanks();
    cursor.expect(EQUALS, '"=" after a parameter name');
    cursor.skipBlanks();
    const value = cursor.peek() === QUOTE ? cursor.takeQuoted() : cursor.take(VALUE, 'a parameter value');
    parameters.set(name, plain(cursor, value));
    cursor.skipBlanks();
  } while (cursor.accept(COMMA));
  cursor.expectEnd('"," or the end');
  return parameters;
}

/** What is echoed, hashed and looked up has no control characters, however they were escaped. */
function plain(cursor: Cursor, value: string): string {
  for (let at = 0; at < value.length; at++)
    if (value.charCodeAt(at) < 0x20 || value.charCodeAt(at) === 0x7f) cursor.fail('a value has a control character');
  return value;
}

/** A parameter that must be there. */
export function required(parameters: Parameters, name: string, where: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new SipParseError(where, `${name} is missing`);
  return value;
}

/** `Digest a="b", c=d`: values that are `undefined` are left out, those of `bare` stand without quotation marks. */
export function printDigest(values: Readonly<Record<string, string | undefined>>, bare: readonly string[]): string {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [`${name}=${bare.includes(name) ? value : quoted(value)}`];
  });
  return `Digest ${parts.join(', ')}`;
}
