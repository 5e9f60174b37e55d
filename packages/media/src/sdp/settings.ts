import type { OpusWishes } from '../codec/opus.ts';
import type { DtlsSettings } from '../dtls/dtls-endpoint.ts';
import type { IceSettings } from '../ice/ice-settings.ts';
import type { SrtpSecurity } from '../srtp/suites.ts';

/** The two laws of G.711: one octet a sample at 8 kHz. */
export type G711Law = 'PCMU' | 'PCMA';

/**
 * What audio is in inside the engine, in recordings and in clips: always 160 octets in 20 ms. In G.722 (16 kHz) an octet is two samples; its RTP clock
 * is 8 kHz all the same (RFC 3551 section 4.5.2), so lengths, timestamps and positions in octets are those of G.711.
 */
export type CodecName = G711Law | 'G722';

/** What is spoken on the wire. A session that speaks Opus there has G.722 on its line. */
export type WireCodec = CodecName | 'opus';

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
  /**
   * The other side may be behind a NAT, and speak from elsewhere than its description says: where its first packets come from is then where it is, under
   * strict rules (see the README). Off: only what comes from `remote` is heard.
   */
  readonly latch?: true;
  /** Numeric address that the call's signalling comes from: with `latch` the only one that is believed. */
  readonly signallingAddress?: string;
  /** The codec of the line; that of the wire too, unless there is `opus`. */
  readonly codec: CodecName;
  /** The wire speaks Opus (RFC 7587), whose RTP clock is 48 kHz; this is what the other side wants of it. */
  readonly opus?: OpusWishes;
  /** RTP payload type of the wire's codec: what is sent, and, unless there is `offered`, what is heard. */
  readonly payloadType: number;
  /** RTP payload type of telephone-event (RFC 4733); undefined when it was not negotiated. */
  readonly telephoneEvent?: number;
  /** The numbers of our offer for the same, where the answer to it has others: the other side sends ours (RFC 3264 section 6.1). */
  readonly offered?: { readonly payloadType: number; readonly telephoneEvent?: number };
  /** Clock of its durations, Hz, when it is not 8000. */
  readonly eventRate?: 48_000;
  /** RTP payload type of comfort noise (RFC 3389) when it is not the usual 13. It is not asked for, but known when it comes: nothing is said for a while. */
  readonly comfortNoise?: number;
  readonly direction: Direction;
  /** How packets are protected; nothing is when there is none. Holds keys: never to be logged. */
  readonly security?: SrtpSecurity;
  /** The other side is where its checks come from, whatever `remote` says. Holds passwords: never to be logged. */
  readonly ice?: IceSettings;
  /** The keys come by DTLS, in place of `security`; always with `ice`. */
  readonly dtls?: DtlsSettings;
}
