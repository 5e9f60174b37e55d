import { asBuffer } from '@parley/base';
import type { Peer, Traffic } from '@parley/sip';
import { type BodySummary, summarized } from './media-lines.ts';
import { redacted } from './redacted.ts';

/** Most of a head that is kept, octets. */
const MOST_HEAD = 2048;
/** Longest Call-ID that calls are told apart by, characters. */
const LONGEST_CALL_ID = 256;
const END_OF_HEAD = '\r\n\r\n';

/** One message as it is kept. */
export interface KeptMessage {
  /** Monotonic, milliseconds. */
  readonly at: number;
  readonly direction: Traffic['direction'];
  readonly peer: Peer;
  /** Start line and header fields, redacted, cut at 2 KiB. */
  readonly head: string;
  /** Of the whole message. */
  readonly octets: number;
  readonly body?: BodySummary;
  /** The same message went the same way before. */
  readonly isCopy: boolean;
}

/** A message that has just passed: what is looked at before anything is kept. */
export interface Passing {
  readonly traffic: Traffic;
  /** The beginning of the head, as it came. */
  readonly head: string;
  readonly headEnd: number;
  readonly callId: string;
}

/** Reads which call a message belongs to; undefined when it does not say, however malformed it is. */
export function passing(traffic: Traffic): Passing | undefined {
  const bytes = asBuffer(traffic.bytes);
  const found = bytes.indexOf(END_OF_HEAD, 0, 'latin1');
  const headEnd = found < 0 ? bytes.length : found;
  const head = bytes.toString('utf8', 0, Math.min(headEnd, MOST_HEAD));
  const callId =
    fieldOf(head, 'call-id', 'i') ??
    (headEnd > MOST_HEAD ? fieldOf(bytes.toString('utf8', 0, headEnd), 'call-id', 'i') : undefined);
  return callId ? { traffic, head, headEnd, callId: callId.slice(0, LONGEST_CALL_ID) } : undefined;
}

/** What is kept of it. */
export function kept({ traffic, head, headEnd }: Passing, at: number): KeptMessage {
  const { direction, peer, bytes } = traffic;
  const body = bytes.subarray(headEnd + END_OF_HEAD.length);
  const summary = body.length > 0 ? summarized(fieldOf(head, 'content-type', 'c') ?? '', body) : undefined;
  const message = { at, direction, peer, head: redacted(head), octets: bytes.length, isCopy: false };
  return summary ? { ...message, body: summary } : message;
}

/** The first value of a header field in the text of a head, by its lower-case and its compact name; what it is folded into belongs to it. */
export function fieldOf(head: string, name: string, compact = name): string | undefined {
  for (let start = head.indexOf('\n') + 1; start > 0; start = head.indexOf('\n', start) + 1) {
    const colon = colonAfter(head, start, name) ?? colonAfter(head, start, compact);
    if (colon !== undefined) return head.slice(colon + 1, endOfField(head, colon)).trim();
  }
  return undefined;
}

/** Every value of a header field. */
export function fieldsOf(head: string, name: string): string[] {
  const values: string[] = [];
  for (let start = head.indexOf('\n') + 1; start > 0; start = head.indexOf('\n', start) + 1) {
    const colon = colonAfter(head, start, name);
    if (colon !== undefined) values.push(head.slice(colon + 1, endOfField(head, colon)).trim());
  }
  return values;
}

/** Where the line ends that is not gone on with by a blank (RFC 3261 section 7.3.1). */
function endOfField(head: string, from: number): number {
  let end = head.indexOf('\n', from);
  while (end >= 0 && isBlank(head.charCodeAt(end + 1))) end = head.indexOf('\n', end + 1);
  return end < 0 ? head.length : end;
}

const COLON = 0x3a;
const SPACE = 0x20;
const TAB = 0x09;

/** Where the colon is when a line begins with that name, in whatever case; blanks may stand between (RFC 3261 section 7.3.1). */
function colonAfter(text: string, start: number, name: string): number | undefined {
  for (let i = 0; i < name.length; i++) {
    const code = text.charCodeAt(start + i);
    if ((code | 0x20) !== name.charCodeAt(i)) return undefined;
  }
  let at = start + name.length;
  while (isBlank(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === COLON ? at : undefined;
}

const isBlank = (code: number): boolean => code === SPACE || code === TAB;
