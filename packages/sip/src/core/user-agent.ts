import type { Clock, Log } from '@parley/base';
import type { SipBudgets } from '../message/budgets.ts';
import type { RawHeader, SipRequest } from '../message/message.ts';
import type { SipTimers } from '../transaction/sip-timers.ts';
import type { OpenDatagramSocket } from '../transport/datagram-socket.ts';
import type { Peer } from '../transport/peer.ts';

/** Why a call leg is over; the `reason` of `Invitation.signal`, `Inviter.signal` and `Dialog.signal`. */
export interface LegEnd {
  readonly kind: 'cancel' | 'bye' | 'no ack' | 'rejected' | 'local' | 'transport failed' | 'timeout';
  /** The Reason headers of the BYE or CANCEL (RFC 3326), as written. */
  readonly reasons: readonly string[];
}

/** A final answer that is not 2xx. */
export interface Refusal {
  readonly status: number;
  /** Reason phrase; the standard one when left out. */
  readonly reason?: string;
  /** Extra header fields, for example Retry-After or Warning. */
  readonly headers?: readonly (readonly [string, string])[];
}

/** A body to send. */
export interface Body {
  readonly type: string;
  readonly content: Uint8Array;
}

/** An incoming INVITE outside a dialog. 100 has been sent already when the user agent hands it over. */
export interface Invitation {
  readonly request: SipRequest;
  readonly source: Peer;
  /** The session description that came with it, taken out of a multipart body if need be; undefined when the answer is to hold the offer. */
  readonly offer: Body | undefined;
  /** Aborts when the caller cancels, or the dialog ends for whatever reason; `signal.reason` is a `LegEnd`. */
  readonly signal: AbortSignal;
  /** 180 Ringing. */
  ring(): void;
  /** 183 Session Progress with early media. */
  progress(sdp: Body): void;
  /** 200 OK; resolves with the dialog at the ACK. No ACK for 64*T1: BYE is sent and the promise rejects with the `LegEnd` 'no ack'. */
  answer(sdp: Body): Promise<Dialog>;
  reject(refusal: Refusal): void;
}

/** A 2xx to a re-INVITE. */
export interface ReInviteAnswer {
  readonly sdp: Body;
  /** Called at the ACK; `answer` is its body when `sdp` was an offer. */
  readonly acknowledged?: (answer: Body | undefined) => void;
}

/**
 * What a re-INVITE gets: an answer, or a refusal such as 488. `offer` is undefined when the request had no body (make an offer);
 * `source` is where it came from, which may be elsewhere than the INVITE.
 */
export type ReInviteHandler = (offer: Body | undefined, source: Peer) => ReInviteAnswer | Refusal;

/** An established dialog of an INVITE, on either side. */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Body of the ACK when the 200 carried the offer; undefined otherwise. */
  readonly ackBody?: Body;
  readonly signal: AbortSignal;
  /** Sets who answers re-INVITEs; without one they get 488. */
  onReInvite(handler: ReInviteHandler): void;
  /** Sets who hears INFO requests; the handler answers with a status (200, 415 ...). Without one they get 415. */
  onInfo(handler: (request: SipRequest) => number): void;
  /** Sends a re-INVITE and resolves with the 2xx body; rejects with `CallRefused`. */
  reInvite(sdp: Body): Promise<Body | undefined>;
  /** Sends an INFO; resolves with the final status. */
  info(body: Body): Promise<number>;
  /** Sends BYE, with a Reason header when one is given; resolves when it was answered or timed out. Idempotent. */
  bye(reason?: string): Promise<void>;
}

/** An outgoing INVITE. */
export interface Inviter {
  readonly callId: string;
  readonly signal: AbortSignal;
  /** Called for every 1xx but 100: status and body. */
  onProgress(handler: (status: number, body: Body | undefined) => void): void;
  /** Resolves at the 2xx (the ACK has been sent) with the dialog and the answer; rejects with `CallRefused`. */
  readonly answered: Promise<{ readonly dialog: Dialog; readonly body: Body | undefined }>;
  /** CANCEL as soon as RFC 3261 section 9.1 allows it. */
  cancel(reason?: string): void;
}

/** What a user agent may cost. */
export interface UserAgentBudgets {
  /** One message. */
  readonly message: SipBudgets;
  /** Transactions at once; beyond that, requests get 503. */
  readonly transactions: number;
  /** Dialogs at once; beyond that, INVITEs get 503. */
  readonly dialogs: number;
  /** TCP connections at once, and with one address. */
  readonly connections: number;
  readonly connectionsPerSource: number;
  /** Bytes that wait for a TCP peer who does not read. */
  readonly backlogBytes: number;
  /** A TCP connection without traffic, milliseconds. */
  readonly idleMillis: number;
  /** From the first byte of a message on a TCP connection to its last, milliseconds. */
  readonly messageMillis: number;
  /** From the opening of a TCP connection to the first whole message, milliseconds. */
  readonly firstMillis: number;
  /** Answers to malformed requests in a second; the others are dropped. */
  readonly malformedAnswersPerSecond: number;
  /** How long an outgoing INVITE may ring before it is cancelled, milliseconds. */
  readonly ringMillis: number;
}

export interface UserAgentOptions {
  /** Where to listen; port 0 = any free one. */
  readonly listen: readonly Peer[];
  /** "host" or "host:port" to put into Via and Contact, for servers behind NAT. */
  readonly advertise?: string;
  /** RFC 3261 table 4; T1 500, T2 4000, T4 5000 when left out. */
  readonly timers?: Partial<SipTimers>;
  readonly clock: Clock;
  readonly log: Log;
  /** For the headers Server and User-Agent; "Parley" when left out. */
  readonly userAgent?: string;
  readonly budgets?: Partial<UserAgentBudgets>;
  /** An INVITE that was admitted and can be understood; 100 has been sent. When this throws, the caller gets 500. */
  onInvitation(invitation: Invitation): void;
  /**
   * Asked for every request outside a dialog before anything is remembered of it (OPTIONS too, ACK and retransmissions not), and
   * for requests inside one that come from an address that this dialog has not used. A refusal is sent; undefined lets it in.
   */
  admit(request: SipRequest, source: Peer): Refusal | undefined;
  /** Numbers in [0, 1) to make tags and branches of, for repeatable tests; the system's secure source when left out. */
  readonly random?: () => number;
  /** UDP sockets, for tests that lose datagrams; the machine's own when left out. */
  readonly openDatagramSocket?: OpenDatagramSocket;
}

/** Whom to call. */
export interface InviteTarget {
  /** Request-URI, for example "sip:1001@192.0.2.1". */
  readonly uri: string;
  /** Where to send it; when left out, where the URI says. */
  readonly via?: Peer;
}

export interface InviteOptions {
  /** A URI or a name-addr ('"Ann" <sip:ann@example.org>'), without tag. */
  readonly from: string;
  /** The same; the URI that is called when left out. */
  readonly to?: string;
  /** The offer. */
  readonly body?: Body;
  readonly headers?: readonly RawHeader[];
}

/** What a user agent holds at the moment; all zero 64*T1 after the last message. */
export interface UserAgentCounts {
  readonly transactions: number;
  readonly dialogs: number;
  readonly connections: number;
  readonly timers: number;
}

/** Speaks SIP as an endpoint: takes calls, places calls. */
export interface UserAgent {
  /** Opens the listen points and returns where they are. Throws `ParleyError` SIP_PORT_IN_USE, SIP_CANNOT_LISTEN. */
  listen(): Promise<readonly Peer[]>;
  /** Places a call. Throws `SipParseError` when the URI cannot be read; everything later is told by the `Inviter`. */
  invite(target: InviteTarget, options: InviteOptions): Inviter;
  counts(): UserAgentCounts;
  /** Ends every leg without BYE (`LegEnd` 'local') and closes the sockets. Idempotent. */
  close(): Promise<void>;
}
