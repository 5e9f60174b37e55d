/**
 * Character classes of RFC 3261 section 25.1 as bits, one table look-up a character. Octets and characters from 0x80 on
 * share the last entry.
 */
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const UNRESERVED = `${ALPHANUMERIC}-_.!~*'()`;

export const TOKEN = 1;
/** Letters, digits, "-", "." and (against the grammar, but met in the wild) "_". */
export const HOST = 2;
/** user without "%". */
export const USER = 4;
/** password without "%". */
export const PASSWORD = 8;
/** pname and pvalue of a URI parameter without "%". */
export const URI_PARAMETER = 16;
/** hname without "%", and what is printed of hvalue. */
export const URI_HEADER = 32;
/** An unquoted header parameter value: token, host and whatever else cannot be taken for a separator. */
export const VALUE = 64;
/** SP and HTAB. */
export const BLANK = 128;
export const DIGIT = 256;
/** Visible ASCII. */
export const VISIBLE = 512;
/** An unquoted display name: tokens, and (against the grammar) characters beyond ASCII. */
export const DISPLAY = 1024;
/** qdtext: what a quoted string holds unescaped. */
export const QUOTED = 2048;
export const HEX = 4096;
/** Every character of a URI in any scheme: visible, and none of <>". */
export const URI = 8192;
/** hvalue without "%", and (against the grammar) ";", "=" and ",": RFC 4244 prints its examples with an unescaped Reason. */
export const URI_HEADER_VALUE = 16384;

const MEMBERS: readonly (readonly [number, string])[] = [
  [TOKEN | DISPLAY, `${ALPHANUMERIC}-.!%*_+\`'~`],
  [HOST, `${ALPHANUMERIC}-._`],
  [USER, `${UNRESERVED}&=+$,;?/`],
  [PASSWORD, `${UNRESERVED}&=+$,`],
  [URI_PARAMETER, `${UNRESERVED}[]/:&+$`],
  [URI_HEADER, `${UNRESERVED}[]/?:+$`],
  [URI_HEADER_VALUE, `${UNRESERVED}[]/?:+$;=,`],
  [BLANK, ' \t'],
  [DIGIT, '0123456789'],
  [HEX, '0123456789abcdefABCDEF'],
];

function classTable(): Uint16Array {
  const table = new Uint16Array(256);
  for (const [bit, members] of MEMBERS) for (const member of members) table[member.charCodeAt(0)] |= bit;
  for (let code = 0x21; code < 0x7f; code++) {
    table[code] |= VISIBLE;
    if (!';,"<>\\'.includes(String.fromCharCode(code))) table[code] |= VALUE;
    if (!'"<>'.includes(String.fromCharCode(code))) table[code] |= URI;
  }
  for (let code = 0x20; code < 0x7f; code++) if (code !== 0x22 && code !== 0x5c) table[code] |= QUOTED;
  table[0x09] |= QUOTED;
  table.fill(DISPLAY | QUOTED, 0x80);
  return table;
}

/** Class bits of octets 0 to 255; read only. */
export const OCTETS: Uint16Array = classTable();

/** Class bits of a UTF-16 unit. */
export function classOf(code: number): number {
  return OCTETS[Math.min(code, 0xff)];
}

/** Whether every character of a text is in a class; false for ''. */
export function isAll(text: string, mask: number): boolean {
  for (let at = 0; at < text.length; at++) if ((classOf(text.charCodeAt(at)) & mask) === 0) return false;
  return text.length > 0;
}
