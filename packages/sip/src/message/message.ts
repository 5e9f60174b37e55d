import type { NameAddress, Uri, Via } from './grammar.ts';

/** One header field as it travels: the name as written and the value, unfolded and trimmed. */
export type RawHeader = readonly [name: string, value: string];

/**
 * What requests and responses share. A message is immutable; typed accessors parse on first use and remember the result.
 * Every accessor throws `SipParseError` (header name, offset, what is allowed) when the header is missing or malformed,
 * so that the core can answer 400 with the reason.
 */
interface Message {
  /** Header fields in order, unknown ones included. */
  readonly headers: readonly RawHeader[];
  /** A view of what was parsed, or what was handed over: not to be written to. Empty when there is none. */
  readonly body: Uint8Array;
  /** First value of a header by its long lower-case name ("call-id"; compact forms are found too), or undefined. */
  header(name: string): string | undefined;
  /** Every value of a header, in order; values of list headers ("via", "contact", "diversion", "allow" ...) are split at top-level commas. */
  values(name: string): readonly string[];
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly vias: readonly Via[];
  readonly contacts: readonly NameAddress[];
  readonly recordRoute: readonly NameAddress[];
  readonly route: readonly NameAddress[];
}

/** A request (RFC 3261 section 7.1). */
export interface SipRequest extends Message {
  readonly kind: 'request';
  /** Case-sensitive, as received. */
  readonly method: string;
  /** The Request-URI as written. */
  readonly uri: string;
  /** The Request-URI parsed. */
  readonly requestUri: Uri;
}

/** A response (RFC 3261 section 7.2). */
export interface SipResponse extends Message {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
}

/** Told apart by `kind`. */
export type SipMessage = SipRequest | SipResponse;
