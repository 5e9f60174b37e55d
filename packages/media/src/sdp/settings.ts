/** Voice codecs this server speaks. Both are one byte a sample at 8 kHz (G.711). */
export type CodecName = 'PCMU' | 'PCMA';

/** Which way audio flows, seen from us. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What a media session needs to know of the agreement with the other side. */
export interface SessionSettings {
  /** `0.0.0.0` while the other side holds the call in the old way (RFC 2543); the direction then forbids sending. */
  readonly remote: { readonly address: string; readonly port: number };
  readonly remoteRtcp: { readonly address: string; readonly port: number };
  /**
   * A second numeric address that the other side's packets may come from, at the port of the first; nothing is sent there. Only for
   * a program on this machine: it names one of our addresses and, having called us over loopback, speaks from another.
   */
  readonly alsoFrom?: string;
  readonly codec: CodecName;
  /** RTP payload type of the codec, both ways. */
  readonly payloadType: number;
  /** RTP payload type of telephone-event (RFC 4733); undefined when it was not negotiated. */
  readonly telephoneEvent?: number;
  readonly direction: Direction;
}
