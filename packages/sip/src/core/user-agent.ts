import type { Clock, Log } from '@parley/base';
import type { CredentialsFor } from '../auth/digest-client.ts';
import type {
  EventsOptions,
  NotifyOptions,
  ReferHandler,
  ReferOptions,
  SentRefer,
  SubscribeOptions,
  Subscription,
} from '../events/events.ts';
import type { SipBudgets } from '../message/budgets.ts';
import type { Replaces } from '../message/index.ts';
import type { RawHeader, SipRequest, SipResponse } from '../message/message.ts';
import type { RefusalCounts } from '../protection/refusals.ts';
import type { Resolver } from '../resolve/resolver.ts';
import type { SipTimers } from '../transaction/sip-timers.ts';
import type { OpenDatagramSocket } from '../transport/datagram-socket.ts';
import type { KeepAlive } from '../transport/keep-alive.ts';
import type { Peer } from '../transport/peer.ts';
import type { TrafficHandler } from '../transport/tapped-channel.ts';
import type { TlsOptions } from '../transport/tls-options.ts';
import type { WebSocketOptions } from '../transport/web-socket-options.ts';

/**
 * Why a call leg is over; the `reason` of `Invitation.signal`, `Inviter.signal` and `Dialog.signal`. 'local': by us (`bye`, `close`); 'rejected': by a final answer
 * other than 2xx; 'timeout': the other side answered nothing for 64*T1, or did not refresh its session (RFC 4028). A plain object, no `Error`.
 */
export interface LegEnd {
  readonly kind: 'cancel' | 'bye' | 'no ack' | 'rejected' | 'local' | 'transport failed' | 'timeout';
  /** The Reason headers of the BYE or CANCEL (RFC 3326), as written. */
  readonly reasons: readonly string[];
}

/** A final answer that is not 2xx. */
export interface Refusal {
  /** 300 to 699. */
  readonly status: number;
  /** Reason phrase; the standard one when left out. */
  readonly reason?: string;
  /** Extra header fields, for example Retry-After or Warning. */
  readonly headers?: readonly (readonly [string, string])[];
  /** Not sent: for the line in the log about a request that `admit` refused. Which rule it was, one of a few constant texts, */
  readonly rule?: string;
  /** and what to change where it should have been let in. */
  readonly change?: string;
}

/** A body. */
export interface Body {
  /** Content-Type with its parameters, for example "application/sdp". */
  readonly type: string;
  /**
   * Not copied. One to send must not be changed while its request is under way, or its call goes on (it may be sent again); one that came is a view of its
   * message and good for as long as somebody has it, but not to be written to.
   */
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
  /** The dialog that the caller wants to take over (RFC 3891), with `UserAgentOptions.replaces`: answer, then end that one with `bye`. */
  readonly replaces?: Dialog;
  /** The early dialog, from the first `ring` or `progress` on: for UPDATE, INFO and offers before the answer. */
  readonly dialog?: Dialog;
  /** 180 Ringing, as often as wanted; nothing after the answer or the end, like `progress`. */
  ring(): void;
  /**
   * 183 Session Progress with early media; reliable when the caller can (RFC 3262, `UserAgentOptions.reliable`): then `sdp` is the
   * answer to the offer, or the offer when the INVITE had none, and `acknowledged` is called at the PRACK, with its body if `sdp`
   * was the offer.
   */
  progress(sdp: Body, acknowledged?: (answer: Body | undefined) => void): void;
  /**
   * 200 OK, which waits for the PRACK of a reliable `progress`, and carries no `sdp` when that has settled it. Resolves with the
   * dialog at the ACK. Rejects with the `LegEnd` when the call is over before: 'no ack' when no ACK came for 64*T1 (BYE is sent then)
   * or no PRACK (504), 'cancel', 'bye' ... Once: rejects with `Bug` when it has been answered.
   */
  answer(sdp: Body): Promise<Dialog>;
  /** Refuses; nothing once the call is over. Throws `Bug` after `answer`, and for a status that is no refusal. */
  reject(refusal: Refusal): void;
}

/** A 2xx to a re-INVITE, UPDATE or PRACK. */
export interface ReInviteAnswer {
  readonly sdp: Body;
  /** Called at the ACK of a re-INVITE; `answer` is its body when `sdp` was an offer. */
  readonly acknowledged?: (answer: Body | undefined) => void;
}

/**
 * What a re-INVITE, or an offer in UPDATE or PRACK, gets, at once: an answer, or a refusal such as 488. `offer` is undefined when the request had no body (make an offer);
 * `source` is where it came from, which may be elsewhere than the INVITE.
 */
export type ReInviteHandler = (offer: Body | undefined, source: Peer) => ReInviteAnswer | Refusal;

/**
 * The same, at once or later: meanwhile other offers are kept off (491, 500) and a re-INVITE has its 100; UPDATE and PRACK get 504
 * after 32*T1. `withdrawn` aborts when the offer is cancelled, refused for its time, or the call ends before it is answered; what
 * the handler makes of it is not sent then.
 */
export type OfferHandler = (
  offer: Body | undefined,
  source: Peer,
  withdrawn: AbortSignal,
) => ReInviteAnswer | Refusal | Promise<ReInviteAnswer | Refusal>;

/** An established dialog of an INVITE, on either side. There is one handler of each kind: a later one replaces it. */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** URI of the other end, as it said in Contact. */
  readonly remoteTarget: string;
  /** Body of the ACK (or PRACK) when the 200 (or a reliable 1xx) carried the offer; undefined otherwise. */
  readonly ackBody?: Body;
  /** Aborts at the end, whoever ended it; `signal.reason` is a `LegEnd`. */
  readonly signal: AbortSignal;
  /** Sets who answers re-INVITEs and offers in UPDATE and PRACK; without one they get 488. */
  onReInvite(handler: OfferHandler): void;
  /** Sets who hears of a description of the other side that is not the last one and came as the answer to a refresh of ours. */
  onAnswer(handler: (answer: Body) => void): void;
  /** Sets who hears INFO requests; the handler answers with a status (200, 415 ...). Without one they get 415. */
  onInfo(handler: (request: SipRequest) => number): void;
  /** Sends a re-INVITE, when its turn comes, and resolves with the 2xx body. Rejects with `CallRefused`: 481 when the call is over. */
  reInvite(sdp: Body): Promise<Body | undefined>;
  /**
   * Sends an UPDATE (RFC 3311), before the answer to the INVITE too, and resolves with the 2xx body; without `sdp` it only moves the
   * target and refreshes the session. Rejects with `CallRefused`: 405 when the other side does not list UPDATE.
   */
  update(sdp?: Body): Promise<Body | undefined>;
  /** Sends OPTIONS; resolves with the final status: 408 without an answer, 503 when it could not be sent, 481 when the call is over. 408 and 481 end it. */
  ping(): Promise<number>;
  /** Sends an INFO (RFC 6086); resolves with the final status, like `ping`. */
  info(body: Body): Promise<number>;
  /** Sets who takes REFER in this dialog, instead of `EventsOptions.onRefer`, which must be there. */
  onRefer(handler: ReferHandler): void;
  /**
   * Sends a REFER (RFC 3515): asks the other side to call somebody else. What it reports is heard after the end of the call too.
   * Throws `SipParseError` when a URI cannot be read, and `Bug` without `UserAgentOptions.events`.
   */
  refer(options: ReferOptions): SentRefer;
  /**
   * Sends BYE, with a Reason header (RFC 3326, the value as it is to travel) when one is given; resolves when it was answered or timed out.
   * Who is called says none before the ACK has come or was given up (RFC 3261 15), and none at all before the answer: the INVITE gets
   * 487 then. Idempotent. Throws `Bug`, and the call goes on, for a reason with a line end.
   */
  bye(reason?: string): Promise<void>;
}

/** An outgoing INVITE. */
export interface Inviter {
  readonly callId: string;
  readonly signal: AbortSignal;
  /**
   * Called for every 1xx but 100, copies of reliable ones excepted: status, body, and the early dialog of the fork that it came
   * from (by `remoteTag`; undefined without To tag). The dialogs of forks that do not become the call end with 'local'.
   */
  onProgress(handler: (status: number, body: Body | undefined, early: Dialog | undefined) => void): void;
  /** Resolves at the 2xx (the ACK has been sent) with the dialog and the answer; rejects with `CallRefused`. */
  readonly answered: Promise<{ readonly dialog: Dialog; readonly body: Body | undefined }>;
  /** CANCEL as soon as RFC 3261 section 9.1 allows it, with a Reason header like `Dialog.bye`. Nothing once it is answered: then it is for `bye`. Idempotent. */
  cancel(reason?: string): void;
}

/** Too much is going on to take more. */
export interface Overload {
  /** How long callers should stay away, about: the answers spread it, so that they do not all come back at once. */
  readonly retryAfterSeconds: number;
}

/** What a user agent may cost. */
export interface UserAgentBudgets {
  /** One message. */
  readonly message: SipBudgets;
  /** Transactions at once; beyond that, requests get 503. */
  readonly transactions: number;
  /** Transactions of one source at once (an IPv4 address, or the /64 of an IPv6 address); beyond that, its requests get 503. */
  readonly transactionsPerSource: number;
  /** Dialogs at once; beyond that, INVITEs get 503. */
  readonly dialogs: number;
  /** Connections at once, whatever they carry. A quarter of them is for `unlimited` sources and for those that we open; strangers over whose connection nothing was let in make room, first the one who has most of them. */
  readonly connections: number;
  /** Connections at once with one source that is not `unlimited`. */
  readonly connectionsPerSource: number;
  /** Bytes that wait for a TCP peer who does not read. */
  readonly backlogBytes: number;
  /** A TCP connection without traffic, milliseconds. */
  readonly idleMillis: number;
  /** From the first byte of a message on a TCP connection to its last, milliseconds. */
  readonly messageMillis: number;
  /** From the opening of a TCP connection to the first whole message, milliseconds. */
  readonly firstMillis: number;
  /** Requests of one source in a second, and as many at once; beyond that they get 503, or nothing, unless they belong to a call. */
  readonly requestsPerSecond: number;
  /** Messages in a second of all sources together that are not `unlimited`; further datagrams are dropped unread, and connections are read later. */
  readonly strangersPerSecond: number;
  /** Answers to one source in a second that no transaction stands for (refusals, OPTIONS); further ones are left out. */
  readonly answersPerSecond: number;
  /** Of these, answers to malformed requests. */
  readonly malformedAnswersPerSecond: number;
  /** Sources that these limits tell apart at once. */
  readonly sources: number;
  /** How long an outgoing INVITE may ring before it is cancelled, milliseconds. */
  readonly ringMillis: number;
  /** Subscriptions at once, to us and of ours, those of REFER included; beyond that, SUBSCRIBE and REFER get 503. */
  readonly subscriptions: number;
  /** Of these, from one source (an IPv4 address, or the /64 of an IPv6 address). */
  readonly subscriptionsPerSource: number;
  /** Of these, over UDP, whose first NOTIFY has not been answered: nothing proves yet that who gets it has asked for it. */
  readonly unansweredSubscriptions: number;
  /** Least time from one NOTIFY to the next of a subscription, milliseconds; what happens meanwhile is in the next one. */
  readonly notifyMillis: number;
  /** How long the outcome of a REFER is reported, and waited for, milliseconds. */
  readonly referMillis: number;
}

/** What a user agent is made of. Only `listen`, `clock`, `log`, `admit` and `onInvitation` must be there. */
export interface UserAgentOptions {
  /** Where to listen: numeric addresses, "0.0.0.0" and "::" for all of a family; port 0 = any free one. */
  readonly listen: readonly Peer[];
  /** "host" or "host:port" to put into Via and Contact, for servers behind NAT. */
  readonly advertise?: string;
  /** Certificates and whom to trust; needed to listen on tls and wss, through which secured requests are sent too. */
  readonly tls?: TlsOptions;
  readonly webSocket?: WebSocketOptions;
  /** Nothing on streams, 25,000 ms on WebSockets when left out. */
  readonly keepAlive?: Partial<KeepAlive>;
  /** RFC 3261 table 4; T1 500, T2 4000, T4 5000 when left out. */
  readonly timers?: Partial<SipTimers>;
  readonly clock: Clock;
  readonly log: Log;
  /** For the headers Server and User-Agent; "Parley" when left out. */
  readonly userAgent?: string;
  /** `defaultBudgets` for what is left out. */
  readonly budgets?: Partial<UserAgentBudgets>;
  /** An INVITE that was admitted and can be understood; 100 has been sent. When this throws, the caller gets 500. */
  onInvitation(invitation: Invitation): void;
  /**
   * Asked for every request outside a dialog before anything is remembered of it (OPTIONS too, ACK and retransmissions not), and
   * for requests inside one, ACK included, that come from an address that this dialog has not used. A refusal is sent; undefined lets it in. When this
   * throws, the sender gets 500.
   */
  admit(request: SipRequest, source: Peer): Refusal | undefined;
  /**
   * Reliable provisional responses (RFC 3262). 'never': 100rel is not known here. 'supported', when left out: 1xx with a session
   * description are reliable where the caller can. 'required': of both sides for every 1xx; a caller who cannot gets 421.
   */
  readonly reliable?: 'never' | 'supported' | 'required';
  /**
   * Session timers (RFC 4028), seconds: without a refresh for `expires` (1800 when left out) a call ends; less than `minimum` (90,
   * which is also the least) is refused with 422. 'never' switches them off.
   */
  readonly sessionTimer?: 'never' | { readonly expires?: number; readonly minimum?: number };
  /** True when the application takes over the dialogs in `Invitation.replaces`; otherwise Replaces is not known here. */
  readonly replaces?: boolean;
  /**
   * Who belongs to the trust domain (RFC 3325); everybody whom `admit` lets in when left out. From others P-Asserted-Identity,
   * P-Preferred-Identity, Privacy and Remote-Party-ID are taken out of each message before anybody sees it. Also asked for the
   * peers of `invite`; for one whose address is not known yet, `address` and `name` are its host name.
   */
  readonly isTrusted?: (peer: Peer) => boolean;
  /**
   * Asked for each server to which Contact or Record-Route of the other side of a dialog sends our requests in it (BYE, ACK, re-INVITE
   * ...): without that, whoever calls makes us send to any address, and connect to any port, inside our own network too. Where it says
   * no, requests go to where the other side's messages come from (RFC 3261 8.1.2), their Request-URI and Route as they are; when that is
   * not known, or its connection is gone, they fail. `name` is the domain that the server has to prove by TLS. Anywhere when left out.
   * Whatever it says, a dialog that began by TLS is not gone on with in clear (RFC 3261 26.3.2).
   */
  readonly mayReach?: (peer: Peer) => boolean;
  /**
   * Sources that no limit of requests and answers holds for, and that have connections which strangers cannot take: proxies and
   * gateways of one's own. Loopback addresses when left out.
   */
  readonly unlimited?: (source: Peer) => boolean;
  /**
   * Asked for every request outside a dialog: when it says for how long, callers are sent away with 503 and about that Retry-After.
   * Calls that are there already go on. Must be quick and not throw.
   */
  readonly overload?: () => Overload | undefined;
  /** Subscriptions (RFC 6665) and REFER (RFC 3515), taken and made; without it there are none of either. */
  readonly events?: EventsOptions;
  /** Answers digest challenges (401, 407) to our requests; without it they are refusals like others. */
  readonly credentials?: CredentialsFor;
  /** Looks names up (RFC 3263); the machine's own table of hosts and name servers when left out. */
  readonly resolver?: Resolver;
  /** Hears every message, in and out, as it travels: for traces. Without it nothing is listened to. */
  readonly onTraffic?: TrafficHandler;
  /** Numbers in [0, 1) to make tags and branches of, for repeatable tests; the system's secure source when left out. */
  readonly random?: () => number;
  /** UDP sockets, for tests that lose datagrams; the machine's own when left out. */
  readonly openDatagramSocket?: OpenDatagramSocket;
}

/** Whom to call. */
export interface InviteTarget {
  /** Request-URI, for example "sip:1001@192.0.2.1". */
  readonly uri: string;
  /** Where to send it, as it is; when left out, where the URI says (RFC 3263), one server after the other. */
  readonly via?: Peer;
}

/** What an INVITE says. Throws `SipParseError` where an address cannot be read. */
export interface InviteOptions {
  /** A URI or a name-addr ('"Ann" <sip:ann@example.org>'), without tag. */
  readonly from: string;
  /** The same; the URI that is called when left out. */
  readonly to?: string;
  /** The offer. */
  readonly body?: Body;
  /** Beyond those that make an INVITE of it (Via to Contact, Content-Type, Supported, Allow ...), which are written here. */
  readonly headers?: readonly RawHeader[];
  /**
   * Without `body`: makes the answer to the offer that comes with a reliable 1xx or the 2xx; it goes with the PRACK or the ACK.
   * `answered` then has the offer as `body`. When left out they go without a body.
   */
  readonly answerOffer?: (offer: Body) => Body;
  /** The dialog of the called party that this call is to take the place of (RFC 3891); its tags as that party sees them. */
  readonly replaces?: Replaces;
  /** Who calls, for P-Asserted-Identity: one URI or name-addr, or a SIP URI and a tel URI (RFC 3325). */
  readonly identity?: readonly string[];
  /**
   * Privacy (RFC 3323, 3325). 'id' keeps `identity` from peers outside the trust domain; 'user' and 'header' make From anonymous;
   * others are passed on.
   */
  readonly privacy?: readonly ('id' | 'user' | 'header' | 'session' | 'critical' | 'history' | 'none')[];
}

/** A request by itself: REGISTER, OPTIONS, MESSAGE, PUBLISH ... */
export interface RequestOptions {
  /** Case-sensitive. Not one that makes, ends or belongs to a dialog: those have ways of their own. */
  readonly method: string;
  /** A URI or a name-addr, without tag. */
  readonly from: string;
  /** The same; the target's URI when left out. For REGISTER the address-of-record (RFC 3261 section 10.2). */
  readonly to?: string;
  /** A new one when left out. All REGISTERs of one registration should share theirs (RFC 3261 section 10.2). */
  readonly callId?: string;
  /**
   * CSeq number, 1 to 2^31 - 1; 1 when left out. For another request with the same Call-ID: one more than `cseq.number` of the last
   * answer, since a challenge has taken a number too.
   */
  readonly sequence?: number;
  readonly body?: Body;
  /** Beyond those above. REGISTER gets our Contact unless there is one here (`*` with `Expires: 0` takes back all bindings). */
  readonly headers?: readonly RawHeader[];
}

/** What a user agent holds at the moment; all zero 64*T1 after the last message. */
export interface UserAgentCounts {
  readonly transactions: number;
  readonly dialogs: number;
  readonly connections: number;
  readonly timers: number;
  /** To us and of ours, those of REFER included. */
  readonly subscriptions: number;
}

/** Speaks SIP as an endpoint: takes calls, places calls. */
export interface UserAgent {
  /**
   * Opens the listen points and returns where they are. Throws `ParleyError` SIP_PORT_IN_USE, SIP_CANNOT_LISTEN, SIP_TLS_MISSING (tls
   * or wss without certificate), SIP_TLS_INVALID, and then none is open; `Bug` while it listens. Sockets that are open keep the process alive, timers do not.
   */
  listen(): Promise<readonly Peer[]>;
  /**
   * Places a call. Throws `SipParseError` when a URI cannot be read, and `Bug` for a header or type that would break out of its line; everything later is told
   * by the `Inviter`.
   */
  invite(target: InviteTarget, options: InviteOptions): Inviter;
  /**
   * New TLS connections use these certificates and authorities; open ones stay. Throws `ParleyError` SIP_TLS_INVALID, and then nothing
   * has changed; SIP_TLS_MISSING when it listens on neither tls nor wss.
   */
  renewTls(options: TlsOptions): void;
  /** Subscribes to the state of something (RFC 6665). Throws `SipParseError` when a URI or the event cannot be read. */
  subscribe(target: InviteTarget, options: SubscribeOptions): Subscription;
  /** Sends a REFER outside any dialog: `target` is who is asked to call `options.to`. Throws like `Dialog.refer`. */
  refer(target: InviteTarget, options: ReferOptions & { readonly from: string }): SentRefer;
  /**
   * Sends a NOTIFY that nobody subscribed to; resolves with the final status, 408 without an answer, 503 when it could not be sent.
   * Rejects with `SipParseError` when a URI or the event cannot be read.
   */
  notify(target: InviteTarget, options: NotifyOptions): Promise<number>;
  /**
   * Sends a request outside any dialog, answers challenges, and resolves with the final answer, of whatever class. Rejects with
   * `CallRefused` 408 when none came for 64*T1 and 503 when it could not be sent, with `SipParseError` when a URI cannot be read, and
   * with `Bug` for INVITE, ACK, BYE, CANCEL, PRACK, REFER, SUBSCRIBE and UPDATE.
   */
  request(target: InviteTarget, options: RequestOptions): Promise<SipResponse>;
  counts(): UserAgentCounts;
  /** How many requests were refused since the start, by rule. */
  refusals(): RefusalCounts;
  /** Ends every leg without BYE (`LegEnd` 'local') and closes the sockets. Idempotent. */
  close(): Promise<void>;
}
