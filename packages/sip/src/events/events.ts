import type { Body, Dialog, Refusal } from '../core/user-agent.ts';
import type { Event } from '../message/event.ts';
import type { RawHeader, SipRequest } from '../message/message.ts';
import type { ReferTo } from '../message/refer-to.ts';
import type { ReferredBy } from '../message/referred-by.ts';
import type { SubscriptionState } from '../message/subscription-state.ts';
import type { Peer } from '../transport/peer.ts';

/** What a user agent does of event notification (RFC 6665) and REFER (RFC 3515). Empty, it subscribes and refers, and takes nothing. */
export interface EventsOptions {
  /** Packages that we give the state of. */
  readonly packages?: readonly EventPackage[];
  /**
   * Who takes REFER where no dialog has a handler of its own. Without one REFER is not offered: not in Allow, answered 405,
   * whatever `Dialog.onRefer` was given.
   */
  readonly onRefer?: ReferHandler;
  /** Who hears NOTIFY requests that nobody here subscribed to, by event package; the others get 489. Without any, all get 481. */
  readonly onNotify?: ReadonlyMap<string, UnsolicitedHandler>;
}

/** An event package (RFC 6665 section 7.2) that the application gives the state of. */
export interface EventPackage {
  /** For example "message-summary". */
  readonly name: string;
  /** Type of the bodies; a SUBSCRIBE whose Accept does not have it gets 406. */
  readonly contentType: string;
  /** Seconds: of a subscription that does not say, of the shortest (shorter ones get 423) and of the longest (longer ones are cut). */
  readonly expires?: { readonly usual: number; readonly least: number; readonly most: number };
  /** Decides on a new subscription. When this throws, the subscriber gets 500. */
  onSubscribe(request: SubscribeRequest): SubscribeGrant | Refusal;
}

/** A SUBSCRIBE outside any subscription. */
export interface SubscribeRequest {
  readonly event: Event;
  readonly request: SipRequest;
  readonly source: Peer;
  /** Seconds that it will last at most, after the package's limits; 0 asks for the state once. */
  readonly expires: number;
}

/** A subscription is taken: 200, and a NOTIFY at once (RFC 6665 section 4.2.1). */
export interface SubscribeGrant {
  /** Seconds, at most `SubscribeRequest.expires`, which holds when left out. */
  readonly expires?: number;
  /** For the NOTIFY that follows at once; undefined sends it without a body. */
  readonly state: Body | undefined;
  /** Not decided yet: the state is kept back until `Subscriber.activate`. */
  readonly pending?: boolean;
  /** Gets the subscriber once the answer has been sent; not called for a fetch. */
  readonly taken?: (subscriber: Subscriber) => void;
}

/** Why a notifier ends a subscription (RFC 6665 section 4.2.2). */
export type EndReason = 'deactivated' | 'probation' | 'rejected' | 'timeout' | 'giveup' | 'noresource' | 'invariant';

/** Somebody who subscribed here. What comes after the end is ignored. */
export interface Subscriber {
  readonly event: Event;
  /** Aborts at the end, whoever ended it; `signal.reason` is a `SubscriberEnd`. */
  readonly signal: AbortSignal;
  /** The state is another now. Of several within `budgets.notifyMillis`, or while a NOTIFY waits for its answer, the newest is sent. */
  notify(state: Body): void;
  /** A pending subscription becomes active. */
  activate(state: Body | undefined): void;
  /** Sends the last NOTIFY, with the newest state; `retryAfter` in seconds, for 'probation' and 'giveup'. */
  terminate(reason: EndReason, retryAfter?: number): void;
}

/** Why a subscription to us is over. */
export interface SubscriberEnd {
  readonly kind: 'unsubscribed' | 'expired' | 'terminated' | 'notify failed' | 'local';
  /** Answer to the NOTIFY that failed, 408 without one. */
  readonly status?: number;
}

/** A subscription to make. */
export interface SubscribeOptions {
  /** A URI or a name-addr, without tag. */
  readonly from: string;
  /** The same; the URI that is subscribed to when left out. */
  readonly to?: string;
  /** Event package, for example "message-summary", with "id" when there is to be one. */
  readonly event: string;
  /** Types of bodies that are understood; the NOTIFYs of others get 415. */
  readonly accept: readonly string[];
  /** Seconds; 3600 when left out, 0 asks for the state once. */
  readonly expires?: number;
  /**
   * Notifiers that one request may reach (RFC 6665 section 4.4.1); 1 when left out, 16 at most. NOTIFYs of further ones get 481.
   */
  readonly notifiers?: number;
  readonly headers?: readonly RawHeader[];
  readonly body?: Body;
}

/** One NOTIFY. */
export interface Notification {
  readonly event: Event;
  readonly state: SubscriptionState;
  readonly body: Body | undefined;
  /** Its From tag tells notifiers apart. */
  readonly request: SipRequest;
  readonly source: Peer;
}

/** Why a subscription of ours is over. */
export interface SubscriptionEnd {
  readonly kind: 'unsubscribed' | 'fetched' | 'refused' | 'no notify' | 'terminated' | 'local';
  /** Answer to the SUBSCRIBE that was refused: 408 without one, 503 when it could not be sent. */
  readonly status?: number;
  /** Reason of the notifier, for 'terminated': "rejected", "noresource" ...; '' when it gave none. */
  readonly reason?: string;
}

/**
 * A subscription of ours: refreshed before it ends, and made anew when the notifier ends it in a way that allows that (RFC 6665
 * section 4.1.3: deactivated and timeout at once, probation and giveup after a while).
 */
export interface Subscription {
  /** Aborts when it is over for good; `signal.reason` is a `SubscriptionEnd`. */
  readonly signal: AbortSignal;
  /** Sets who hears the NOTIFYs. */
  onNotify(handler: (notification: Notification) => void): void;
  /** Ends it; resolves when the notifier has said its last, or 64*T1 later. Idempotent. */
  unsubscribe(): Promise<void>;
}

/** Hears a NOTIFY that nobody asked for by SUBSCRIBE; returns the status to answer (200, 404 ...). */
export type UnsolicitedHandler = (notification: Omit<Notification, 'state'>) => number;

/** A NOTIFY outside any subscription (RFC 3842 allows it for message-summary by provisioning). */
export interface NotifyOptions {
  readonly from: string;
  readonly to?: string;
  readonly event: string;
  readonly body?: Body;
  readonly headers?: readonly RawHeader[];
}

/** Decides on a REFER, at once: what takes longer is told by `ReferProgress`. When it throws, the referrer gets 500. */
export type ReferHandler = (referral: Referral) => ReferGrant | Refusal;

/** A REFER is taken: 202 (RFC 3515). */
export interface ReferGrant {
  /** Gets the progress report once the answer has been sent. */
  readonly taken: (progress: ReferProgress) => void;
}

/** A REFER: somebody wants us to send a request to a third party. */
export interface Referral {
  readonly request: SipRequest;
  readonly source: Peer;
  readonly referTo: ReferTo;
  /** Not proven by anything. */
  readonly referredBy: ReferredBy | undefined;
  /** Whether its sender wants to hear how it goes; false for Refer-Sub: false (RFC 4488). */
  readonly wantsReport: boolean;
}

/** Tells a referrer how the request goes that he asked for. */
export interface ReferProgress {
  /** Aborts at the end of the report, whoever ended it; `signal.reason` is a `SubscriberEnd`. */
  readonly signal: AbortSignal;
  /** Status of an answer to the request, 100 to 699; the first final one ends the report. Ignored when nobody wants to hear it. */
  report(status: number, reason?: string): void;
}

/** A REFER to send. */
export interface ReferOptions {
  /** URI of the third party, sip, sips or tel. */
  readonly to: string;
  /** Our dialog with the third party, for an attended transfer: the new call is to take its place (RFC 3891). */
  readonly replaces?: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag'>;
  /** The request that is asked for; INVITE when left out. */
  readonly method?: string;
  /** URI or name-addr that we send for (RFC 3892). */
  readonly referredBy?: string;
  /** False asks not to be told how it goes (RFC 4488). */
  readonly subscribe?: boolean;
  /** Milliseconds until the outcome is not waited for any more; `budgets.referMillis` when left out. */
  readonly limitMillis?: number;
  readonly headers?: readonly RawHeader[];
}

/** How a REFER of ours ended. */
export type ReferOutcome =
  /** The referred request got this final answer. */
  | { readonly kind: 'final'; readonly status: number; readonly reason: string }
  /** The REFER itself was refused (603, 405 ...), not answered (408), or not sent (503). */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly reason: string;
      readonly headers: readonly RawHeader[];
    }
  /** It was accepted, and nothing more will be told. */
  | { readonly kind: 'accepted'; readonly status: number }
  /** It was accepted, and the report ended, or did not come, before a final answer; `last` is the newest status told, 0 for none. */
  | {
      readonly kind: 'unknown';
      readonly why: 'time limit' | 'no notify' | 'report ended' | 'local';
      readonly last: number;
    };

/** A REFER of ours under way. */
export interface SentRefer {
  /** Sets who hears provisional answers to the referred request. */
  onProgress(handler: (status: number, reason: string) => void): void;
  /** Never rejects. */
  readonly outcome: Promise<ReferOutcome>;
}
