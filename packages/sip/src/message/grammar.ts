/** Parameters in order of appearance; names in lower case, values unquoted, '' for a parameter without value. */
export type Parameters = ReadonlyMap<string, string>;

/** A sip: or sips: URI (RFC 3261 section 19.1), unescaped. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** '' when there is none. */
  readonly user: string;
  readonly password?: string;
  /** Lower case; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: Parameters;
  /** Embedded headers ("?name=value"), unescaped. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A tel: URI (RFC 3966): visual separators removed from the number. */
export interface TelUri {
  readonly scheme: 'tel';
  readonly number: string;
  readonly parameters: Parameters;
}

/** Any other absolute URI, kept as text. */
export interface OtherUri {
  readonly scheme: 'other';
  readonly text: string;
}

/** A URI by its scheme; what `parseUri` gives and `printUri` takes. */
export type Uri = SipUri | TelUri | OtherUri;

/** name-addr or addr-spec with header parameters (From, To, Contact, Route, Diversion, History-Info ...). */
export interface NameAddress {
  /** Display name, unquoted; '' when there is none. */
  readonly display: string;
  readonly uri: Uri;
  /** The URI as written, for echoing it back. */
  readonly uriText: string;
  /** Parameters of the header, outside the angle brackets. */
  readonly parameters: Parameters;
}

/** One Via value (RFC 3261 section 20.42). */
export interface Via {
  /** Upper case: "UDP", "TCP", "TLS" ... */
  readonly transport: string;
  readonly host: string;
  readonly port?: number;
  readonly branch: string;
  readonly parameters: Parameters;
}
