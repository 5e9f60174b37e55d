import type { NameAddress } from './grammar.ts';
import { nameAddress, parseNameAddress, printNameAddress } from './name-address.ts';

/** Who asked for a request by REFER (RFC 3892). Only as good as who says it: nothing proves it without the signed body. */
export interface ReferredBy {
  readonly address: NameAddress;
  /** Content-ID of the body part that proves it, without quotation marks; undefined when there is none. */
  readonly cid: string | undefined;
}

/** Parses Referred-By. Throws `SipParseError`. */
export function parseReferredBy(text: string): ReferredBy {
  const address = parseNameAddress(text, 'Referred-By');
  return { address, cid: address.parameters.get('cid') };
}

/** Prints it; `uri` alone, or with a display name. Throws `SipParseError` when the URI cannot be read. */
export function printReferredBy(uri: string, options: { display?: string; cid?: string } = {}): string {
  const { display, cid } = options;
  const printed = printNameAddress(nameAddress(uri, { display }));
  // RFC 3892 section 3: sip-clean-msg-id stands in quotation marks, always.
  return cid === undefined ? printed : `${printed};cid="${cid.replace(/["\\]/g, '')}"`;
}
