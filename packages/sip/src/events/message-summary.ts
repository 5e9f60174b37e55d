import { asBuffer, Bug } from '@parley/base';
import type { Body } from '../core/user-agent.ts';
import { Cursor } from '../message/cursor.ts';
import { parseUri, SipParseError } from '../message/index.ts';
import { isAll, TOKEN } from '../message/octets.ts';

/** The event package of message-waiting lamps (RFC 3842). */
export const MESSAGE_SUMMARY = 'message-summary';
/** Type of its bodies (RFC 3842 section 3). */
export const MESSAGE_SUMMARY_TYPE = 'application/simple-message-summary';

const WHERE = 'message summary';
const LONGEST = 8_192;
const MOST_LINES = 64;
const LONGEST_NAME = 64;
const HIGHEST_COUNT = 0xffff_ffff;

const SLASH = 0x2f;
const OPEN = 0x28;
const CLOSE = 0x29;

/** Messages of one class. */
export interface MessageCounts {
  /** Not heard yet. */
  readonly unread: number;
  readonly read: number;
  /** How many of those are urgent; undefined when not said. */
  readonly urgent?: { readonly unread: number; readonly read: number };
}

/** What a lamp shows (RFC 3842 section 5.2). */
export interface MessageSummary {
  readonly waiting: boolean;
  /** Message-Account: the URI whose messages these are; undefined when not said. */
  readonly account?: string;
  /** By class in lower case: "voice-message", "fax-message", "text-message" ... (RFC 3458 section 6.2). */
  readonly classes: ReadonlyMap<string, MessageCounts>;
}

/** Prints a summary. Throws `Bug` for a class that is no token, counts that are no whole numbers, or an account that is no URI. */
export function printMessageSummary({ waiting, account, classes }: MessageSummary): Body {
  let text = `Messages-Waiting: ${waiting ? 'yes' : 'no'}\r\n`;
  if (account !== undefined) text += `Message-Account: ${checkedAccount(account)}\r\n`;
  for (const [name, counts] of classes) text += `${printedClass(name)}: ${printedCounts(counts)}\r\n`;
  return { type: MESSAGE_SUMMARY_TYPE, content: Buffer.from(text) };
}

function checkedAccount(account: string): string {
  // Whoever prints a summary knows whose it is: an address that cannot be read is a mistake of ours.
  try {
    parseUri(account);
  } catch (thrown) {
    throw new Bug('the account of a message summary is no URI', { cause: thrown });
  }
  return account;
}

function printedClass(name: string): string {
  if (!isAll(name, TOKEN)) throw new Bug('a class of messages is a token');
  return name.replace(/(^|-)[a-z]/g, letters => letters.toUpperCase());
}

function printedCounts({ unread, read, urgent }: MessageCounts): string {
  const text = `${whole(unread)}/${whole(read)}`;
  return urgent ? `${text} (${whole(urgent.unread)}/${whole(urgent.read)})` : text;
}

function whole(count: number): number {
  if (!Number.isSafeInteger(count) || count < 0) throw new Bug('messages are counted in whole numbers');
  return count;
}

/**
 * Parses a summary as hostile input: at most 8,192 octets and 64 lines, of which only those before the first empty one count (what
 * follows are the headers of single messages). Lines that are no counts are passed over. Throws `SipParseError`: 400 without
 * Messages-Waiting as its first line or with counts that cannot be read, 413 past a budget.
 */
export function parseMessageSummary(content: Uint8Array): MessageSummary {
  const [first, ...others] = linesOf(content);
  const status = fieldOf(first ?? '');
  if (status?.name !== 'messages-waiting') throw new SipParseError(WHERE, 'expected Messages-Waiting');
  const classes = new Map<string, MessageCounts>();
  let account: string | undefined;
  for (const line of others) {
    const field = fieldOf(line);
    if (field?.name === 'message-account') account = accountOf(field.value);
    else if (field && isCount(field.value)) addClass(classes, field);
  }
  const summary = { waiting: isYes(status.value), classes };
  return account === undefined ? summary : { ...summary, account };
}

/** The lines before the first empty one. Bare line feeds are common. */
function linesOf(content: Uint8Array): readonly string[] {
  if (content.length > LONGEST) throw new SipParseError(WHERE, `longer than ${LONGEST} octets`, { status: 413 });
  const lines: string[] = [];
  const text = asBuffer(content).toString('utf8');
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(at, end).trim();
    if (line === '') break;
    if (lines.length >= MOST_LINES) throw new SipParseError(WHERE, `more than ${MOST_LINES} lines`, { status: 413 });
    lines.push(line);
    at = end + 1;
  }
  return lines;
}

interface Field {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

function fieldOf(line: string): Field | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
  if (!isAll(name, TOKEN) || name.length > LONGEST_NAME) return undefined;
  return { name, value: line.slice(colon + 1).trim() };
}

function isYes(value: string): boolean {
  const status = value.toLowerCase();
  if (status !== 'yes' && status !== 'no') throw new SipParseError(WHERE, 'Messages-Waiting is neither yes nor no');
  return status === 'yes';
}

/** An account that is no URI says nothing, and spoils nothing else: some systems write a bare number. */
function accountOf(value: string): string | undefined {
  try {
    parseUri(value);
    return value;
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined;
    throw thrown;
  }
}

const isCount = (value: string): boolean => value.charCodeAt(0) >= 0x30 && value.charCodeAt(0) <= 0x39;

function addClass(classes: Map<string, MessageCounts>, { name, value }: Field): void {
  if (classes.has(name)) throw new SipParseError(WHERE, 'a class of messages appears twice');
  classes.set(name, countsOf(value));
}

/** "2/8" or "2/8 (0/2)". */
function countsOf(value: string): MessageCounts {
  const cursor = new Cursor(value, WHERE);
  const counts = pairOf(cursor);
  cursor.skipBlanks();
  if (!cursor.accept(OPEN)) {
    cursor.expectEnd('"(" or the end');
    return counts;
  }
  const urgent = pairOf(cursor);
  cursor.skipBlanks();
  cursor.expect(CLOSE, '")"');
  cursor.expectEnd('the end');
  return { ...counts, urgent };
}

function pairOf(cursor: Cursor): { unread: number; read: number } {
  cursor.skipBlanks();
  const unread = cursor.takeNumber(HIGHEST_COUNT, 'a number of messages');
  cursor.skipBlanks();
  cursor.expect(SLASH, '"/"');
  cursor.skipBlanks();
  return { unread, read: cursor.takeNumber(HIGHEST_COUNT, 'a number of messages') };
}
