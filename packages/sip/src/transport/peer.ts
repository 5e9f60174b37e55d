/** Transports of RFC 3261 section 18 and RFC 7118. */
export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** Where a message came from or goes to. */
export interface Peer {
  readonly transport: TransportName;
  /** IPv4 or IPv6 in numbers, without brackets and zone. Names are for URIs (RFC 3263). */
  readonly address: string;
  /** 1 to 65535; 0 to listen on any that is free. */
  readonly port: number;
  /** The domain that this peer has to prove when we connect to it by TLS (RFC 5922 section 7.3); its address when left out. */
  readonly name?: string;
  /** SIP domains that its certificate proved (RFC 5922 section 7.1), lower case; undefined when it showed none. Set by the transport only. */
  readonly certified?: readonly string[];
  /** Only by the connection that is open with exactly this address and port (RFC 5626): none is opened. For UDP nothing is different. */
  readonly flow?: true;
}
