import { Cursor } from './cursor.ts';
import { BLANK, TOKEN } from './octets.ts';

const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const MOST_VALUES = 16;

/** Parses Privacy (RFC 3323 section 4.2): its values in lower case ("id", "user", "header", "none" ...). Throws `SipParseError`. */
export function parsePrivacy(text: string): ReadonlySet<string> {
  const cursor = new Cursor(text, 'Privacy');
  const values = new Set<string>();
  do {
    cursor.skip(BLANK);
    values.add(cursor.take(TOKEN, 'a kind of privacy').toLowerCase());
    if (values.size > MOST_VALUES) cursor.fail(`more than ${MOST_VALUES} values`);
    cursor.skip(BLANK);
    // The grammar has ";" only; commas are common.
  } while (cursor.accept(SEMICOLON) || cursor.accept(COMMA));
  cursor.expectEnd('";" or the end');
  return values;
}
