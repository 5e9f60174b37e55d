import { Bug } from '@parley/base';
import { SIP_BUDGETS } from './budgets.ts';
import { Cursor } from './cursor.ts';
import type { Parameters } from './grammar.ts';
import { DIGIT, isAll, TOKEN } from './octets.ts';
import { quoted, readParameters } from './parameters.ts';
import { SipParseError } from './sip-parse-error.ts';

const COMMA = 0x2c;
const HIGHEST_CODE = 999;

/** One value of Reason (RFC 3326): why a request was sent. */
export interface Reason {
  /** Upper case: "SIP" (cause is a status), "Q.850" (cause is an ISDN cause), "PREEMPTION" ... */
  readonly protocol: string;
  readonly cause: number | undefined;
  /** '' when there is none. */
  readonly text: string;
  readonly parameters: Parameters;
}

/** Parses the values of a Reason header. Throws `SipParseError`. */
export function parseReason(text: string, where = 'Reason'): Reason[] {
  return readReasons(new Cursor(text, where));
}

/** Reads Reason values to the end. */
export function readReasons(cursor: Cursor): Reason[] {
  const reasons: Reason[] = [];
  do {
    if (reasons.length >= SIP_BUDGETS.maxValues) {
      throw new SipParseError(cursor.where, 'too many values', { offset: cursor.at, status: 513 });
    }
    reasons.push(readReason(cursor));
  } while (cursor.accept(COMMA));
  cursor.expectEnd('";", "," or the end');
  return reasons;
}

function readReason(cursor: Cursor): Reason {
  cursor.skipBlanks();
  const protocol = cursor.take(TOKEN, 'a protocol').toUpperCase();
  const parameters = readParameters(cursor);
  const cause = parameters.get('cause') ?? '';
  const isCode = cause.length <= 9 && isAll(cause, DIGIT);
  return { protocol, cause: isCode ? Number(cause) : undefined, text: parameters.get('text') ?? '', parameters };
}

/** One value of Warning (RFC 3261 section 20.43). */
export interface Warning {
  readonly code: number;
  /** Host or pseudonym of who warns. */
  readonly agent: string;
  readonly text: string;
}

/** Parses one Warning value: code, agent and quoted text. Throws `SipParseError`. */
export function parseWarning(text: string): Warning {
  const cursor = new Cursor(text, 'Warning');
  cursor.skipBlanks();
  const code = cursor.takeNumber(HIGHEST_CODE, 'a code of three digits');
  cursor.skipBlanks();
  const start = cursor.at;
  while (!cursor.done && cursor.peek() !== 0x20 && cursor.peek() !== 0x09) cursor.skipOne();
  const agent = text.slice(start, cursor.at);
  cursor.skipBlanks();
  const warning = { code, agent, text: cursor.takeQuoted() };
  cursor.expectEnd('the end');
  return warning;
}

/** Prints one Reason value: `SIP;cause=200;text="Call completed elsewhere"`. Throws `Bug` when the protocol is no token. */
export function printReason({ protocol, cause, text = '' }: ReasonParts): string {
  if (!isAll(protocol, TOKEN)) throw new Bug('the protocol of a Reason is a token');
  const words = text === '' ? '' : `;text=${quoted(text)}`;
  return `${protocol}${cause === undefined ? '' : `;cause=${cause}`}${words}`;
}

/** What `printReason` prints. */
export interface ReasonParts {
  /** "SIP" (cause is a status) or "Q.850" (cause is an ISDN cause). */
  readonly protocol: string;
  readonly cause?: number;
  readonly text?: string;
}
