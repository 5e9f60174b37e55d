import { Cursor } from './cursor.ts';
import { TOKEN } from './octets.ts';

/** RFC 3262 section 10: 32 bits. */
const HIGHEST = 0xffff_ffff;

/** Which reliable provisional response a PRACK acknowledges (RFC 3262 section 7.2). */
export interface RAck {
  /** The RSeq of that response. */
  readonly response: number;
  /** CSeq of the request that it answered. */
  readonly sequence: number;
  readonly method: string;
}

/** Parses RAck: "776656 1 INVITE". Throws `SipParseError`. */
export function parseRAck(text: string): RAck {
  const cursor = new Cursor(text, 'RAck');
  cursor.skipBlanks();
  const response = cursor.takeNumber(HIGHEST, 'the RSeq of a response');
  blank(cursor);
  const sequence = cursor.takeNumber(HIGHEST, 'a sequence number');
  blank(cursor);
  const method = cursor.take(TOKEN, 'a method');
  cursor.expectEnd('the end');
  return { response, sequence, method };
}

/** Parses RSeq, 1 to 2**32 - 1 (RFC 3262 section 7.1). Throws `SipParseError`. */
export function parseRSeq(text: string): number {
  const cursor = new Cursor(text, 'RSeq');
  cursor.skipBlanks();
  const number = cursor.takeNumber(HIGHEST, 'a response number');
  if (number === 0) cursor.fail('0 is no response number', 0);
  cursor.expectEnd('the end');
  return number;
}

function blank(cursor: Cursor): void {
  const before = cursor.at;
  cursor.skipBlanks();
  if (cursor.at === before) cursor.unexpected('a blank');
}
