import { nameAddress, parseUri, printNameAddress, SipParseError } from '@parley/sip';
import type { CallFacts } from '../facts.ts';

/** RFC 3323 section 4.1.1.3. */
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** A caller as a name-addr for the From of a call that is placed on their behalf: what they said of themselves, if it can be written. */
export function callerAddress({ caller, anonymous }: Pick<CallFacts, 'caller' | 'anonymous'>): string {
  if (anonymous || caller.user === '') return ANONYMOUS;
  // '+' and what else may stand in a user part (RFC 3261 section 25.1) is a matter of taste to escape, but numbers are read by people.
  const user = encodeURIComponent(caller.user).replaceAll('%2B', '+');
  const uri = `sip:${user}@${caller.host || 'anonymous.invalid'}`;
  try {
    parseUri(uri);
    return printNameAddress(nameAddress(uri, { display: caller.name }));
  } catch (error) {
    if (error instanceof SipParseError) return ANONYMOUS;
    throw error;
  }
}
