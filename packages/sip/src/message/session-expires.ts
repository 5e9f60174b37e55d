import { Cursor } from './cursor.ts';
import { readParameters } from './parameters.ts';

/** RFC 3261 section 25.1 gives delta-seconds no limit; what needs more than 31 bits is no number of seconds. */
const HIGHEST = 0x7fff_ffff;

/** Which side of the transaction that carries it refreshes the session: its client or its server. */
export type Refresher = 'uac' | 'uas';

/** Session-Expires (RFC 4028 section 4). */
export interface SessionExpires {
  readonly seconds: number;
  /** Undefined when not said, or not one of the two. */
  readonly refresher: Refresher | undefined;
}

/** Parses Session-Expires: "1800;refresher=uac". Throws `SipParseError`. */
export function parseSessionExpires(text: string): SessionExpires {
  const cursor = new Cursor(text, 'Session-Expires');
  cursor.skipBlanks();
  const seconds = cursor.takeNumber(HIGHEST, 'a number of seconds');
  const refresher = readParameters(cursor).get('refresher')?.toLowerCase();
  cursor.expectEnd('";" or the end');
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

/** Parses Min-SE: seconds, with parameters that mean nothing (RFC 4028 section 5). Throws `SipParseError`. */
export function parseMinSe(text: string): number {
  const cursor = new Cursor(text, 'Min-SE');
  cursor.skipBlanks();
  const seconds = cursor.takeNumber(HIGHEST, 'a number of seconds');
  readParameters(cursor);
  cursor.expectEnd('";" or the end');
  return seconds;
}
