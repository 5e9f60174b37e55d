/** How often living peers are asked for a sign of life, milliseconds; 0 = never. */
export interface KeepAlive {
  /** On TCP and TLS connections that we opened (RFC 5626 section 4.4.1: only towards peers who answer a CRLF ping). */
  readonly streamMillis: number;
  /** On WebSockets, whoever opened them: browsers do not ask by themselves. */
  readonly webSocketMillis: number;
}
