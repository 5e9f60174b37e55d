import { parseNameAddress } from '../message/index.ts';

/** A name-addr for From and To: a bare URI gets its brackets, so that its parameters stay its own. Throws `SipParseError`. */
export function addressText(text: string): string {
  const address = text.includes('<') ? text : `<${text}>`;
  parseNameAddress(address);
  return address;
}
