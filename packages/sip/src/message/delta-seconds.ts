import { Cursor } from './cursor.ts';
import { readParameters } from './parameters.ts';

const OPEN = 0x28;

/** RFC 3261 section 20.19: what is larger than this is taken for this. */
const HIGHEST = 0xffff_ffff;

/** Longest number of digits that is looked at: no number of seconds needs more. */
const MOST_DIGITS = 20;

/** Parses Expires or Min-Expires: seconds, 0 to 2**32 - 1; larger numbers are cut to that. Throws `SipParseError`. */
export function parseDeltaSeconds(text: string, where: string): number {
  const cursor = new Cursor(text, where);
  const seconds = readDeltaSeconds(cursor);
  cursor.expectEnd('the end');
  return seconds;
}

/** Parses Retry-After, whose comment and parameters say nothing that we use (RFC 3261 section 20.33). Throws `SipParseError`. */
export function parseRetryAfter(text: string): number {
  const cursor = new Cursor(text, 'Retry-After');
  const seconds = readDeltaSeconds(cursor);
  cursor.skipBlanks();
  // Whatever a comment holds, the number before it has been read.
  if (cursor.peek() === OPEN) return seconds;
  readParameters(cursor);
  cursor.expectEnd('";", "(" or the end');
  return seconds;
}

function readDeltaSeconds(cursor: Cursor): number {
  cursor.skipBlanks();
  const start = cursor.at;
  const seconds = cursor.takeNumber(Number.POSITIVE_INFINITY, 'a number of seconds');
  if (cursor.at - start > MOST_DIGITS) cursor.fail('a number of seconds is too long', start);
  return Math.min(seconds, HIGHEST);
}
