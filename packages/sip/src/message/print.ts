import { Bug } from '@parley/base';
import { EditedFields, StampedFields } from './edited-fields.ts';
import { CONTENT_LENGTH, headerId } from './header-names.ts';
import type { RawHeader, SipMessage, SipRequest } from './message.ts';
import { classOf, isAll, TOKEN, URI } from './octets.ts';
import { fieldsOf } from './typed-message.ts';

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;
const BACKSLASH = 0x5c;
const LINE_END = Buffer.from('\r\n');

/**
 * Prints a message into one buffer. Content-Length is computed, in its place or as the last header. Throws `Bug` when a
 * part could break out of its line: CR and LF anywhere, NUL outside a quoted pair, a header name that is no token.
 */
export function printMessage(message: SipMessage): Buffer {
  const fields = fieldsOf(message);
  if (fields instanceof StampedFields) return printEdited(message, fields.edited());
  if (fields instanceof EditedFields) return printEdited(message, fields);
  let head = `${startLineOf(message)}\r\n`;
  let hasLength = false;
  for (const [name, value] of message.headers) {
    if (headerId(name) !== CONTENT_LENGTH) head += `${checkedName(name)}: ${checked(value, name)}\r\n`;
    else if (!hasLength) {
      hasLength = true;
      head += `${name}: ${message.body.length}\r\n`;
    }
  }
  if (!hasLength) head += `Content-Length: ${message.body.length}\r\n`;
  head += '\r\n';
  const headLength = Buffer.byteLength(head, 'utf8');
  const bytes = Buffer.allocUnsafe(headLength + message.body.length);
  bytes.write(head, 0, 'utf8');
  bytes.set(message.body, headLength);
  return bytes;
}

/** What came from elsewhere keeps its octets; only what was written here is checked. */
function printEdited(message: SipMessage, fields: EditedFields): Buffer {
  const pieces: Uint8Array[] = [fields.startLine(message) ?? Buffer.from(`${startLineOf(message)}\r\n`)];
  for (const piece of fields.pieces()) {
    if (piece instanceof Uint8Array) pieces.push(piece);
    else pieces.push(Buffer.from(checkedField(piece)));
  }
  if (!fields.has(CONTENT_LENGTH)) pieces.push(Buffer.from(`Content-Length: ${message.body.length}\r\n`));
  pieces.push(LINE_END, message.body);
  return Buffer.concat(pieces);
}

/** A field with its line end. Throws `Bug` when it could break out of its line. */
export const checkedField = ([name, value]: RawHeader): string => `${checkedName(name)}: ${checked(value, name)}\r\n`;

/** Throws `Bug` for a request that `printMessage` would not print: for those that are printed later than they are made. */
export function checkRequest(request: SipRequest): void {
  startLineOf(request);
  for (const field of request.headers) checkedField(field);
}

function startLineOf(message: SipMessage): string {
  if (message.kind === 'response')
    return `SIP/2.0 ${checkedStatus(message.status)} ${checked(message.reason, 'reason phrase')}`;
  if (!isAll(message.method, TOKEN)) throw new Bug('a method must consist of token characters');
  if (!isAll(message.uri, URI)) throw new Bug('a Request-URI may not hold blanks, quotes and brackets');
  return `${message.method} ${message.uri} SIP/2.0`;
}

/** Throws `Bug` for what is no status. */
export function checkedStatus(status: number): number {
  if (!Number.isInteger(status) || status < 100 || status > 699)
    throw new Bug(`${status} is no SIP status (100 to 699)`);
  return status;
}

function checkedName(name: string): string {
  if (!isAll(name, TOKEN)) throw new Bug('a header name must consist of token characters');
  return name;
}

/** The rule of the parser, so that whatever was received can be printed again. */
function checked(value: string, what: string): string {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code > CR) continue;
    const breaksOut = code === CR || code === LF || (code === NUL && value.charCodeAt(at - 1) !== BACKSLASH);
    if (breaksOut) throw new Bug(`${what} would break out of its line: CR, LF or NUL at ${at}`);
  }
  return value;
}

/** Blanks for every character that a Reason-Phrase may not have: for phrases made of error texts. */
export function reasonPhrase(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    const isAllowed =
      code >= 0x80 || (code > 0x20 && code !== 0x7f && !'"<>\\^`{|}#[]'.includes(character) && classOf(code) !== 0);
    result += isAllowed ? character : ' ';
  }
  return result.trim();
}
