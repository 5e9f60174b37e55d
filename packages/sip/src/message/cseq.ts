import { Cursor } from './cursor.ts';
import { TOKEN } from './octets.ts';

/** RFC 3261 section 8.1.1.5 allows less than 2**31; 32 bits are accepted, more cannot be meant (RFC 4475 section 3.1.2.4). */
const HIGHEST = 0xffff_ffff;

/** Parses "4711 INVITE"; the method is case-sensitive. Throws `SipParseError`. */
export function parseCseq(text: string): { readonly number: number; readonly method: string } {
  return readCseq(new Cursor(text, 'CSeq'));
}

/** The same from a cursor to its end. */
export function readCseq(cursor: Cursor): { readonly number: number; readonly method: string } {
  cursor.skipBlanks();
  const number = cursor.takeNumber(HIGHEST, 'a sequence number');
  const afterNumber = cursor.at;
  cursor.skipBlanks();
  if (cursor.at === afterNumber) cursor.unexpected('a blank after the sequence number');
  const method = cursor.take(TOKEN, 'a method');
  cursor.expectEnd('the end');
  return { number, method };
}
