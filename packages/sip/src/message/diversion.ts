import type { NameAddress } from './grammar.ts';
import { parseNameAddress } from './name-address.ts';
import { DIGIT, isAll } from './octets.ts';

/** One value of Diversion (RFC 5806): who sent the call on, and why. */
export interface Diversion {
  readonly address: NameAddress;
  /** Lower case, "_" as "-" (some systems write no_answer): "no-answer", "user-busy", "unconditional" ...; '' when there is none. */
  readonly reason: string;
  /** How often this user diverted; 1 when not said. */
  readonly counter: number;
  /** "full", "name", "uri", "off"; '' when not said. */
  readonly privacy: string;
}

/** Parses one Diversion value. Throws `SipParseError`. */
export function parseDiversion(text: string): Diversion {
  const address = parseNameAddress(text, 'Diversion');
  const { parameters } = address;
  const counter = parameters.get('counter') ?? '';
  return {
    address,
    reason: (parameters.get('reason') ?? '').toLowerCase().replaceAll('_', '-'),
    counter: counter.length <= 9 && isAll(counter, DIGIT) ? Number(counter) : 1,
    privacy: (parameters.get('privacy') ?? '').toLowerCase(),
  };
}
