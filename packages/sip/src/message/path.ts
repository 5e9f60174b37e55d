import type { NameAddress } from './grammar.ts';
import type { SipMessage } from './message.ts';
import { parseNameAddress } from './name-address.ts';

/**
 * The values of Path (RFC 3327 section 4) or Service-Route (RFC 3608 section 5) in order: for Path, the proxy next to the registrar
 * comes first. Throws `SipParseError`.
 */
export function parsePath(message: SipMessage, header: 'Path' | 'Service-Route' = 'Path'): readonly NameAddress[] {
  return message.values(header).map(value => parseNameAddress(value, header));
}
