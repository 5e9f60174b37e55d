import { decoded } from './fields.ts';
import type { Fault, Layout } from './layout.ts';
import { DIGIT, OCTETS, TOKEN, URI } from './octets.ts';

/** A constant of this file: one that is imported is looked up again for each octet. */
const CLASSES = OCTETS;
const SPACE = 0x20;
const ZERO = 0x30;

/** A start line as far as it could be read. */
export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string; readonly fault?: Fault }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string; readonly fault?: Fault };

/** Whether octets are a text, letters in any case. */
function isText(bytes: Buffer, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const octet = bytes[start + at];
    const upper = octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
    if (upper !== text.charCodeAt(at)) return false;
  }
  return true;
}

/** Where a start line lies, and its octets as text. */
interface Line {
  readonly bytes: Buffer;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type StartLineLayout = Pick<Layout, 'startLine' | 'startLineEnd'>;

/** Reads Request-Line or Status-Line (RFC 3261 section 25.1); `head` is the head of the message. Faults are returned, not thrown. */
export function readStartLine(bytes: Buffer, layout: StartLineLayout, head: string): StartLine {
  const { startLine: start, startLineEnd: end } = layout;
  const line = { bytes, text: head, start, end };
  return end - start >= 4 && isText(bytes, start, 'SIP/') ? readStatusLine(line) : readRequestLine(line);
}

function faultAt(problem: string, offset: number, status = 400): Fault {
  return { where: 'start line', problem, offset, status };
}

/** Method SP Request-URI SP SIP-Version, with exactly one blank between them and none at the end. */
function readRequestLine({ bytes, text, start, end }: Line): StartLine {
  let at = start;
  while (at < end && (CLASSES[bytes[at]] & TOKEN) !== 0) at++;
  const method = text.slice(start, at);
  const unreadable = { kind: 'request', method, uri: '' } as const;
  if (method === '' || at >= end || bytes[at] !== SPACE) {
    return {
      ...unreadable,
      method: at < end && bytes[at] === SPACE ? method : '',
      fault: faultAt('expected a method and one blank', start),
    };
  }
  const uriStart = ++at;
  while (at < end && (CLASSES[bytes[at]] & URI) !== 0) at++;
  if (at === uriStart || at >= end || bytes[at] !== SPACE) {
    return { ...unreadable, fault: faultAt('expected a URI without brackets and blanks, and one blank after it', at) };
  }
  const uri = text.slice(uriStart, at);
  const versionStart = at + 1;
  const fault = versionFault(bytes, versionStart, end);
  return fault === undefined ? { kind: 'request', method, uri } : { ...unreadable, uri, fault };
}

/** "SIP/2.0" to the end of the line; another well-formed version is answered 505. */
function versionFault(bytes: Buffer, start: number, end: number): Fault | undefined {
  if (end - start === 7 && isText(bytes, start, 'SIP/2.0')) return undefined;
  if (end - start < 5 || !isText(bytes, start, 'SIP/')) return faultAt('expected the version SIP/2.0', start);
  for (let at = start + 4; at < end; at++) {
    if (bytes[at] !== 0x2e && (CLASSES[bytes[at]] & DIGIT) === 0)
      return faultAt('expected nothing after the version SIP/2.0', at);
  }
  return faultAt('this version is not supported; only SIP/2.0 is', start, 505);
}

/** SIP-Version SP Status-Code SP Reason-Phrase; the blank before an empty reason may be missing. */
function readStatusLine({ bytes, text, start, end }: Line): StartLine {
  let at = start;
  while (at < end && bytes[at] !== SPACE) at++;
  const fault = versionFault(bytes, start, at);
  const unreadable = { kind: 'response', status: 0, reason: '' } as const;
  if (fault !== undefined) return { ...unreadable, fault };
  const status = at + 4 <= end ? statusAt(bytes, at + 1) : 0;
  const isAlone = at + 4 >= end || bytes[at + 4] === SPACE;
  if (status === 0 || !isAlone)
    return { ...unreadable, fault: faultAt('expected a status code from 100 to 699', Math.min(at + 1, end)) };
  return { kind: 'response', status, reason: reasonOf(bytes, text, { start: Math.min(at + 5, end), end }) };
}

/** Three digits, the first of them 1 to 6; 0 when there is something else. */
function statusAt(bytes: Buffer, at: number): number {
  let status = 0;
  for (let digit = 0; digit < 3; digit++) {
    if ((CLASSES[bytes[at + digit]] & DIGIT) === 0) return 0;
    status = status * 10 + bytes[at + digit] - ZERO;
  }
  return status >= 100 && status <= 699 ? status : 0;
}

function reasonOf(bytes: Buffer, text: string, { start, end }: { start: number; end: number }): string {
  for (let at = start; at < end; at++) if (bytes[at] >= 0x80) return decoded(bytes.subarray(start, end));
  return text.slice(start, end);
}
