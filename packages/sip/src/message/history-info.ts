import { Cursor } from './cursor.ts';
import type { NameAddress } from './grammar.ts';
import { parseNameAddress } from './name-address.ts';
import { DIGIT } from './octets.ts';
import { parseReason, type Reason } from './reason.ts';

const DOT = 0x2e;

/** One entry of History-Info (RFC 7044): a target that the request was sent to. */
export interface HistoryEntry {
  readonly address: NameAddress;
  /** "1.1.2"; '' when it is missing (against the RFC). */
  readonly index: string;
  /** How this target came from an earlier one, whose index it names: rc (retargeted, same user), mp (mapped to another user), np (no change). */
  readonly rc: string | undefined;
  readonly mp: string | undefined;
  readonly np: string | undefined;
  /** Reasons embedded in the URI: why the request left this target. */
  readonly reasons: readonly Reason[];
  /** Privacy embedded in the URI, lower case ("history"); '' when there is none. */
  readonly privacy: string;
}

/** Parses one History-Info value. Throws `SipParseError`. */
export function parseHistoryInfo(text: string): HistoryEntry {
  const address = parseNameAddress(text, 'History-Info');
  const { uri, parameters } = address;
  const headers = uri.scheme === 'sip' || uri.scheme === 'sips' ? uri.headers : undefined;
  const reason = headers?.get('reason') ?? '';
  return {
    address,
    index: checkedIndex(parameters.get('index')) ?? '',
    rc: checkedIndex(parameters.get('rc')),
    mp: checkedIndex(parameters.get('mp')),
    np: checkedIndex(parameters.get('np')),
    reasons: reason === '' ? [] : parseReason(reason, 'History-Info'),
    privacy: (headers?.get('privacy') ?? '').toLowerCase(),
  };
}

/** 1*DIGIT *( "." 1*DIGIT ) */
function checkedIndex(index: string | undefined): string | undefined {
  if (index === undefined) return undefined;
  const cursor = new Cursor(index, 'History-Info');
  do cursor.take(DIGIT, 'an index such as 1.1');
  while (cursor.accept(DOT));
  cursor.expectEnd('"." or the end of the index');
  return index;
}
