import type { NameAddress } from './grammar.ts';
import type { SipMessage } from './message.ts';
import { parseNameAddress } from './name-address.ts';
import { SipParseError } from './sip-parse-error.ts';

/** RFC 3325 section 9.1: one, or two of which one is a SIP URI and the other a number. */
const MOST = 2;

/**
 * The identities that a message asserts (`P-Asserted-Identity`) or asks for (`P-Preferred-Identity`); empty without. Believe the
 * first only from peers that are trusted. Throws `SipParseError`, also for two of the same kind.
 */
export function parseIdentities(
  message: SipMessage,
  header: 'P-Asserted-Identity' | 'P-Preferred-Identity' = 'P-Asserted-Identity',
): readonly NameAddress[] {
  const values = message.values(header);
  if (values.length > MOST) throw new SipParseError(header, `more than ${MOST} values`);
  const identities = values.map(value => parseNameAddress(value, header));
  const numbers = identities.filter(({ uri }) => uri.scheme === 'tel').length;
  if (identities.length === MOST && numbers !== 1)
    throw new SipParseError(header, 'two values must be one SIP URI and one tel URI');
  return identities;
}
