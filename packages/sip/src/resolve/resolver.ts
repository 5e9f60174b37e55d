/** A NAPTR record (RFC 3403 section 4.1). */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly regexp: string;
  readonly replacement: string;
}

/** An SRV record (RFC 2782). */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The host; "." or "" says that the service is not offered. */
  readonly name: string;
}

/** One numeric address of a host. */
export interface AddressRecord {
  readonly address: string;
  /** How long it may be believed, seconds. */
  readonly ttl: number;
}

/**
 * What the location of SIP servers needs of the DNS. A name or a record that does not exist is an empty list; an answer that cannot
 * be had (nobody answers, the server fails) rejects with `ParleyError` SIP_DNS_FAILED.
 */
export interface Resolver {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  addresses(name: string, family: 4 | 6): Promise<readonly AddressRecord[]>;
  /** Ends look-ups that are under way; they reject. */
  close?(): void;
}
