import { SIP_BUDGETS } from './budgets.ts';
import { Cursor } from './cursor.ts';
import type { Via } from './grammar.ts';
import { readHost, readSpacedPort } from './host.ts';
import { BLANK, TOKEN } from './octets.ts';
import { printParameters, readParameters } from './parameters.ts';
import { printHostPort } from './uri-print.ts';

const COMMA = 0x2c;
const SLASH = 0x2f;

/** Parses one Via value (RFC 3261 section 20.42). `branch` is '' when there is none (RFC 2543). Throws `SipParseError`. */
export function parseVia(text: string): Via {
  const cursor = new Cursor(text, 'Via');
  const via = readVia(cursor);
  cursor.expectEnd('";" or the end');
  return via;
}

/** Parses the values of a Via field. Throws `SipParseError`, also for more than `maxValues`. */
export function parseViaList(text: string, maxValues = SIP_BUDGETS.maxValues): Via[] {
  return readViaList(new Cursor(text, 'Via'), maxValues);
}

/** The same from a cursor to its end. */
export function readViaList(cursor: Cursor, maxValues: number): Via[] {
  const vias: Via[] = [];
  do {
    if (vias.length >= maxValues) cursor.fail(`more than ${maxValues} values`, cursor.at, 513);
    vias.push(readVia(cursor));
  } while (cursor.accept(COMMA));
  cursor.expectEnd('";", "," or the end');
  return vias;
}

/** sent-protocol LWS sent-by *( SEMI via-params ); blanks may surround every separator. */
export function readVia(cursor: Cursor): Via {
  cursor.skipBlanks();
  if (cursor.skip(TOKEN) === 0) cursor.unexpected('a protocol name');
  readSlash(cursor);
  if (cursor.skip(TOKEN) === 0) cursor.unexpected('a protocol version');
  readSlash(cursor);
  const transport = readTransport(cursor);
  if (cursor.skip(BLANK) === 0) cursor.unexpected('a blank after the transport');
  const host = readHost(cursor);
  const port = readSpacedPort(cursor);
  const parameters = readParameters(cursor);
  const branch = parameters.get('branch') ?? '';
  return port === undefined ? { transport, host, branch, parameters } : { transport, host, branch, parameters, port };
}

/** In upper case, as nearly all write it. */
function readTransport(cursor: Cursor): string {
  const start = cursor.at;
  const transport = cursor.take(TOKEN, 'a transport');
  for (let at = start; at < cursor.at; at++) if (cursor.octet(at) >= 0x61) return transport.toUpperCase();
  return transport;
}

function readSlash(cursor: Cursor): void {
  cursor.skipBlanks();
  cursor.expect(SLASH, '"/"');
  cursor.skipBlanks();
}

/** Prints a Via value; the branch is taken from `parameters` when it is there, else from `branch`. */
export function printVia(via: Via): string {
  const branch = via.branch === '' || via.parameters.has('branch') ? '' : `;branch=${via.branch}`;
  return `SIP/2.0/${via.transport} ${printHostPort(via.host, via.port)}${branch}${printParameters(via.parameters)}`;
}
