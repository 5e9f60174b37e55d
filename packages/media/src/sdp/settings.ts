import type { SrtpSecurity } from '../srtp/suites.ts';

/** The two laws of G.711: one octet a sample at 8 kHz. */
export type G711Law = 'PCMU' | 'PCMA';

/**
 * What audio is in inside the engine, in the spool and in prompts: always 160 octets in 20 ms. In G.722 (16 kHz) an octet is two samples; its RTP clock
 * is 8 kHz all the same (RFC 3551 section 4.5.2), so lengths, timestamps and positions in octets are those of G.711.
 */
export type CodecName = G711Law | 'G722';

/** Which way audio flows, seen from us. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What a media session needs to know of the agreement with the other side. */
export interface SessionSettings {
  /** `0.0.0.0` while the other side holds the call in the old way (RFC 2543); the direction then forbids sending. */
  readonly remote: { readonly address: string; readonly port: number };
  readonly remoteRtcp: { readonly address: string; readonly port: number };
  /** RTP and RTCP share one port at each end (RFC 5761); `remoteRtcp` is then `remote`. */
  readonly rtcpMux?: true;
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
  /** How packets are protected; nothing is when there is none. Holds keys: never to be logged. */
  readonly security?: SrtpSecurity;
}
