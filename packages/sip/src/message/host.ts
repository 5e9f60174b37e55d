import { isIPv6 } from 'node:net';
import type { Cursor } from './cursor.ts';
import { BLANK, DIGIT, HEX, HOST } from './octets.ts';

const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const HIGHEST_PORT = 65_535;
const HIGHEST_OCTET = 255;

/** host: a name, an IPv4 address or an IPv6 reference; in lower case, without brackets. */
export function readHost(cursor: Cursor): string {
  if (cursor.peek() === OPEN) return readIpv6Reference(cursor);
  const start = cursor.at;
  if (cursor.skip(HOST) === 0) cursor.unexpected('a host name or address');
  const { octets, at: end } = cursor;
  let dots = 0;
  let hasCapitals = false;
  let hasEmptyLabel = false;
  /** Of the present label, and whether it has nothing but digits. */
  let labelStart = start;
  let isNumber = true;
  for (let at = start; at < end; at++) {
    const octet = octets[at];
    if (octet === DOT) {
      if (at === labelStart) hasEmptyLabel = true;
      dots++;
      labelStart = at + 1;
      isNumber = true;
    } else if (octet < ZERO || octet > NINE) {
      isNumber = false;
      if (octet >= UPPER_A && octet <= UPPER_Z) hasCapitals = true;
    }
  }
  if (hasEmptyLabel) cursor.fail('a host name has an empty label', start);
  // "10.0.0.300" is neither an address nor a name; "3f2a9c" is how containers call themselves. The last label is empty after a last dot.
  if (dots > 0 && isNumber && labelStart < end && (dots !== 3 || !isIPv4Between(octets, start, end)))
    cursor.fail('no valid IPv4 address', start);
  const host = cursor.text.slice(start, end);
  return hasCapitals ? host.toLowerCase() : host;
}

/** Whether numbers from 0 to 255 without leading zeros stand there, with dots between them. */
function isIPv4Between(octets: Uint8Array, start: number, end: number): boolean {
  let number = 0;
  let digits = 0;
  for (let at = start; at <= end; at++) {
    const octet = at < end ? octets[at] : DOT;
    if (octet === DOT) {
      if (digits === 0 || number > HIGHEST_OCTET) return false;
      number = 0;
      digits = 0;
      continue;
    }
    if (octet < ZERO || octet > NINE || (digits > 0 && number === 0)) return false;
    number = number * 10 + octet - ZERO;
    digits++;
  }
  return true;
}

function readIpv6Reference(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at++;
  do cursor.skip(HEX | DIGIT | HOST);
  while (cursor.accept(COLON));
  const address = cursor.text.slice(start + 1, cursor.at).toLowerCase();
  // RFC 5118 section 4.10: the grammar of RFC 3261 could be read as ":::" before an IPv4 part, and was.
  const host = address.replace(':::', '::');
  if (!isIPv6(host)) cursor.fail('no valid IPv6 address in brackets', start);
  cursor.expect(CLOSE, '"]"');
  return host;
}

/** [ ":" port ] */
export function readPort(cursor: Cursor): number | undefined {
  return cursor.accept(COLON) ? cursor.takeNumber(HIGHEST_PORT, 'a port number') : undefined;
}

/** Reads [ ":" port ] with the blanks that Via allows around the colon. */
export function readSpacedPort(cursor: Cursor): number | undefined {
  const start = cursor.at;
  cursor.skip(BLANK);
  if (!cursor.accept(COLON)) {
    cursor.at = start;
    return undefined;
  }
  cursor.skip(BLANK);
  return cursor.takeNumber(HIGHEST_PORT, 'a port number');
}
