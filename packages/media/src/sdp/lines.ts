import { asBuffer } from '@parley/base';
import { SdpError } from './sdp-error.ts';

/** Largest description that is read, in bytes. A telephone's has about 300, a browser's about 5,000. */
export const MAX_SDP_BYTES = 16 * 1024;

/** One line: its letter, what follows the `=`, and its number from 1. */
export interface SdpLine {
  readonly type: string;
  readonly value: string;
  readonly number: number;
}

/** Counts characters looked at, so that a test can see that the work is linear. */
export interface Meter {
  steps: number;
}

/** Cuts a description into lines; takes LF as well as CRLF, and passes over empty lines, because telephones send both. */
export function sdpLines(input: string | Uint8Array, meter: Meter): SdpLine[] {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (size > MAX_SDP_BYTES) throw new SdpError(0, `${size} bytes; at most ${MAX_SDP_BYTES} are read`);
  const text = typeof input === 'string' ? input : asBuffer(input).toString('utf8');
  const lines: SdpLine[] = [];
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed;
    const end = text[next - 1] === '\r' && next > start ? next - 1 : next;
    number += 1;
    meter.steps += next - start + 1;
    if (end > start) lines.push(sdpLine(text.slice(start, end), number));
    start = next + 1;
  }
  return lines;
}

function sdpLine(text: string, number: number): SdpLine {
  const letter = text.charCodeAt(0);
  if (text[1] !== '=' || letter < 0x61 || letter > 0x7a)
    throw new SdpError(number, 'a line is a lower-case letter, "=" and a value');
  if (text.includes('\0') || text.includes('\r')) throw new SdpError(number, 'NUL and a lone CR are not allowed');
  return { type: text[0], value: text.slice(2), number };
}

/** The words of a line, separated by blanks; several blanks count as one. */
export function words(line: SdpLine, meter: Meter): string[] {
  meter.steps += line.value.length;
  return line.value.split(' ').filter(word => word !== '');
}

/** A decimal number from 0 to `max`; undefined for anything else. */
export function decimal(text: string, max: number): number | undefined {
  if (!isDigits(text) || text.length > 10) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/** One digit or more, and nothing else. */
export function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text.length > 0;
}
