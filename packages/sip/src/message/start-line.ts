import { decoded } from './fields.ts';
import type { Fault } from './layout.ts';
import { DIGIT, OCTETS, TOKEN, URI } from './octets.ts';

const SPACE = 0x20;

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

/** Reads Request-Line or Status-Line between two offsets (RFC 3261 section 25.1); faults are returned, not thrown. */
export function readStartLine(bytes: Buffer, start: number, end: number): StartLine {
  return end - start >= 4 && isText(bytes, start, 'SIP/')
    ? readStatusLine(bytes, start, end)
    : readRequestLine(bytes, start, end);
}

function faultAt(problem: string, offset: number, status = 400): Fault {
  return { where: 'start line', problem, offset, status };
}

/** Method SP Request-URI SP SIP-Version, with exactly one blank between them and none at the end. */
function readRequestLine(bytes: Buffer, start: number, end: number): StartLine {
  let at = start;
  while (at < end && (OCTETS[bytes[at]] & TOKEN) !== 0) at++;
  const method = bytes.toString('latin1', start, at);
  const unreadable = { kind: 'request', method, uri: '' } as const;
  if (method === '' || at >= end || bytes[at] !== SPACE) {
    return {
      ...unreadable,
      method: at < end && bytes[at] === SPACE ? method : '',
      fault: faultAt('expected a method and one blank', start),
    };
  }
  const uriStart = ++at;
  while (at < end && (OCTETS[bytes[at]] & URI) !== 0) at++;
  if (at === uriStart || at >= end || bytes[at] !== SPACE) {
    return { ...unreadable, fault: faultAt('expected a URI without brackets and blanks, and one blank after it', at) };
  }
  const uri = bytes.toString('latin1', uriStart, at);
  const versionStart = at + 1;
  const fault = versionFault(bytes, versionStart, end);
  return fault === undefined ? { kind: 'request', method, uri } : { ...unreadable, uri, fault };
}

/** "SIP/2.0" to the end of the line; another well-formed version is answered 505. */
function versionFault(bytes: Buffer, start: number, end: number): Fault | undefined {
  if (end - start === 7 && isText(bytes, start, 'SIP/2.0')) return undefined;
  if (end - start < 5 || !isText(bytes, start, 'SIP/')) return faultAt('expected the version SIP/2.0', start);
  for (let at = start + 4; at < end; at++) {
    if (bytes[at] !== 0x2e && (OCTETS[bytes[at]] & DIGIT) === 0)
      return faultAt('expected nothing after the version SIP/2.0', at);
  }
  return faultAt('this version is not supported; only SIP/2.0 is', start, 505);
}

/** SIP-Version SP Status-Code SP Reason-Phrase; the blank before an empty reason may be missing. */
function readStatusLine(bytes: Buffer, start: number, end: number): StartLine {
  const versionEnd = bytes.indexOf(SPACE, start);
  const at = versionEnd < 0 || versionEnd > end ? end : versionEnd;
  const fault = versionFault(bytes, start, at);
  const code = bytes.toString('latin1', at + 1, Math.min(at + 4, end));
  const isCode =
    code.length === 3 &&
    code >= '100' &&
    code <= '699' &&
    (OCTETS[bytes[at + 2]] & OCTETS[bytes[at + 3]] & DIGIT) !== 0;
  const isAlone = at + 4 >= end || bytes[at + 4] === SPACE;
  const unreadable = { kind: 'response', status: 0, reason: '' } as const;
  if (fault !== undefined) return { ...unreadable, fault };
  if (!isCode || !isAlone)
    return { ...unreadable, fault: faultAt('expected a status code from 100 to 699', Math.min(at + 1, end)) };
  return { kind: 'response', status: Number(code), reason: decoded(bytes.subarray(Math.min(at + 5, end), end)) };
}
