/** How SIP over WebSocket (RFC 7118) is spoken. */
export interface WebSocketOptions {
  /** Path of the URL, for example "/sip": others are refused, and we connect to it. Any is taken, and "/" asked for, when left out. */
  readonly path?: string;
  /**
   * Origins ("https://phone.example.org") whose pages may connect; every one when left out. What sends no Origin is no browser,
   * so it is let in: admission decides about it.
   */
  readonly origins?: readonly string[];
}
