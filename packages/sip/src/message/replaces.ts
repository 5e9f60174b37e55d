import { Bug } from '@parley/base';
import { isAll, TOKEN, VISIBLE } from './octets.ts';
import { parseParameters } from './parameters.ts';
import { SipParseError } from './sip-parse-error.ts';

/** The dialog that an INVITE is to take the place of, as its receiver knows it (RFC 3891 section 6.1). */
export interface Replaces {
  readonly callId: string;
  /** The receiver's own tag. */
  readonly toTag: string;
  /** The tag of the other side. */
  readonly fromTag: string;
  /** Only while that dialog is not answered yet. */
  readonly earlyOnly: boolean;
}

/** Parses one Replaces value: "call-id;to-tag=a;from-tag=b;early-only". Throws `SipParseError`. */
export function parseReplaces(text: string): Replaces {
  const semicolon = text.indexOf(';');
  const callId = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
  // A Call-ID has neither ";" nor ",": a comma would be a second value.
  if (!isAll(callId, VISIBLE) || callId.includes(',')) throw new SipParseError('Replaces', 'expected one Call-ID');
  const parameters = parseParameters(semicolon < 0 ? '' : text.slice(semicolon), 'Replaces');
  const [toTag, fromTag] = [parameters.get('to-tag'), parameters.get('from-tag')];
  if (!toTag || !fromTag) throw new SipParseError('Replaces', 'to-tag and from-tag are needed');
  if (!isAll(toTag, TOKEN) || !isAll(fromTag, TOKEN)) throw new SipParseError('Replaces', 'tags are tokens');
  return { callId, toTag, fromTag, earlyOnly: parameters.has('early-only') };
}

/** Prints it. Throws `Bug` for what no dialog can have. */
export function printReplaces({ callId, toTag, fromTag, earlyOnly }: Replaces): string {
  if (!isAll(callId, VISIBLE) || callId.includes(';') || !isAll(toTag, TOKEN) || !isAll(fromTag, TOKEN))
    throw new Bug('a Call-ID and two tags are needed to print Replaces');
  return `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`;
}
