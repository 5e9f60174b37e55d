import type { SipRequest } from '../message/message.ts';

/** Where a message came from or goes to. */
export interface Peer {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

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

/** What a re-INVITE gets: an answer, or a refusal such as 488. `offer` is undefined when the request had no body (make an offer). */
export type ReInviteHandler = (offer: Body | undefined) => { readonly sdp: Body } | Refusal;

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
