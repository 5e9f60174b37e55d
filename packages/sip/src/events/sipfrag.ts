import { asBuffer } from '@parley/base';
import type { Body } from '../core/user-agent.ts';
import { reasonPhrase, SipParseError, standardReason } from '../message/index.ts';
import { readStartLine } from '../message/start-line.ts';

/** Type of the bodies that report on a REFER (RFC 3515 section 2.4.5). */
export const SIPFRAG = 'message/sipfrag';

const CR = 0x0d;
const LF = 0x0a;
/** A fragment with more than this is no report. */
const LONGEST = 8_192;
const LONGEST_LINE = 512;

/** The status line of a message fragment. */
export interface StatusFragment {
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
}

/** A fragment (RFC 3420) that is a status line alone; the standard phrase when `reason` is left out. */
export function printStatusFragment(status: number, reason: string = standardReason(status)): Body {
  return {
    type: `${SIPFRAG};version=2.0`,
    content: Buffer.from(`SIP/2.0 ${status} ${reasonPhrase(reason)}\r\n`),
  };
}

/**
 * Reads the status line of a fragment; header fields and a body after it are allowed and not looked at. The end of the line may be
 * missing, as it is in many. Throws `SipParseError`: 400 when no status line begins it, 413 for more than 8,192 octets.
 */
export function parseStatusFragment(content: Uint8Array): StatusFragment {
  const bytes = asBuffer(content);
  if (bytes.length > LONGEST) throw new SipParseError('body', `longer than ${LONGEST} octets`, { status: 413 });
  const end = endOfLine(bytes);
  if (end > LONGEST_LINE) throw new SipParseError('body', `its first line is longer than ${LONGEST_LINE} octets`);
  const line = readStartLine(bytes, { startLine: 0, startLineEnd: end }, bytes.toString('latin1', 0, end));
  if (line.kind !== 'response' || line.fault) throw new SipParseError('body', 'expected a status line');
  return { status: line.status, reason: line.reason };
}

function endOfLine(bytes: Buffer): number {
  const feed = bytes.indexOf(LF);
  if (feed < 0) return bytes.length;
  return feed > 0 && bytes[feed - 1] === CR ? feed - 1 : feed;
}
