import type { Clock, Log } from '@parley/base';
import type { MediaSecurity, WireCodec } from '@parley/media';
import type { PortRange } from '@parley/media/engine';
import type {
  Body,
  LegEnd,
  Peer,
  RawHeader,
  Refusal,
  SipRequest,
  SipTimers,
  TlsOptions,
  TransportName,
} from '@parley/sip';
import type { Clip, SaidRate } from './clip.ts';
import type { Lateness } from './lateness.ts';
import type { OwnLateness } from './media-desk.ts';
import type { PhoneCall } from './phone-call.ts';
import type { Offer } from './terms.ts';
import type { Trunk } from './trunk.ts';

export interface PhoneOptions {
  /** Numeric address to bind, for SIP and media; '127.0.0.1' when left out. */
  readonly address?: string;
  /** UDP ports for media, two a call; 30000 to 32767 when left out. */
  readonly ports?: PortRange;
  /** 'udp' when left out. */
  readonly transport?: TransportName;
  /** For 'tls' and 'wss'. */
  readonly tls?: TlsOptions;
  /** SIP port; any free one when left out. */
  readonly port?: number;
  readonly clock?: Clock;
  readonly log?: Log;
  /** RFC 3261 table 4, for tests that cannot wait. */
  readonly timers?: Partial<SipTimers>;
  /** Sockets that all calls share; a pair of its own for each call when left out. */
  readonly trunk?: Trunk;
  /** While a call says nothing a packet of silence goes out every so often, milliseconds; 20 when left out, as telephones do. */
  readonly silenceEveryMillis?: number;
}

export interface CallOptions {
  /** A URI or a name-addr ('"Ann" <sip:ann@example.org>'); the phone's own address when left out. */
  readonly from?: string;
  /** The same; the URI that is called when left out. */
  readonly to?: string;
  readonly headers?: readonly RawHeader[];
  /** Whether media are encrypted (SRTP); 'none' when left out. */
  readonly security?: MediaSecurity;
  /** Where to send it ("127.0.0.1:5060" by the phone's own transport); where the URI says when left out. */
  readonly via?: string | Peer;
  /** The codecs, best first, or a whole description; PCMU and PCMA when left out. With `['G722']` or `['opus']` the call is wideband. */
  readonly offer?: Offer;
  /** False keeps nothing of what is heard but when it came: for load. */
  readonly listen?: boolean;
}

/** A call that is being placed. */
export interface Dialling {
  readonly callId: string;
  /** Rejects with `CallRefused`; with `PHONE_NO_AGREEMENT` when the answer cannot be used (the call is hung up then). */
  readonly answered: Promise<PhoneCall>;
  /** Resolves when the attempt or the call is over. */
  readonly ended: Promise<LegEnd>;
  /** Called for every 1xx but 100. */
  onProgress(handler: (status: number, body: Body | undefined) => void): void;
  /** CANCEL, with a Reason header when one is given; `answered` then rejects with 487. */
  cancel(reason?: string): void;
}

export interface AnswerOptions {
  /** False keeps nothing of what is heard but when it came: for load. */
  readonly listen?: boolean;
  /** Codecs that are taken; the caller's order decides. PCMU and PCMA when left out. */
  readonly codecs?: readonly WireCodec[];
}

/** A call that comes in. */
export interface Ringing {
  readonly request: SipRequest;
  /** Resolves when the caller gives up, or the call is over. */
  readonly ended: Promise<LegEnd>;
  /** 180. */
  ring(): void;
  /** 200; resolves at the ACK. Rejects with `PHONE_NO_AGREEMENT` when the offer cannot be used (488 is sent). */
  answer(options?: AnswerOptions): Promise<PhoneCall>;
  reject(refusal: Refusal): void;
}

/** A telephone. */
export interface Phone {
  /** Where its SIP is. */
  readonly contact: Peer;
  /** How late its own 20 ms clock ran in the last second. */
  readonly ownLateness: OwnLateness;
  /** Time for which its clock stood still and none of its calls said anything, since it was opened, milliseconds. */
  readonly skippedMillis: number;
  /** Arrival of the packets of all calls against their schedules; `clear` it to begin anew. */
  readonly lateness: Lateness;
  /** Calls under way. */
  readonly calls: number;
  /** Places a call and waits for the answer. Rejects as `Dialling.answered` and `dial` do. */
  call(uri: string, options?: CallOptions): Promise<PhoneCall>;
  /** Places a call. Rejects with `PHONE_NO_PORTS`; with `SipParseError` when the URI cannot be read. */
  dial(uri: string, options?: CallOptions): Promise<Dialling>;
  /** Who takes calls; without a handler they get 480. */
  onRinging(handler: (ringing: Ringing) => void): void;
  /** Encodes samples of 8 kHz, or of the rate given, once for any number of calls to say. */
  clip(samples: Int16Array, rate?: SaidRate): Clip;
  /** Hangs up every call and gives all ports back. */
  close(): Promise<void>;
}
