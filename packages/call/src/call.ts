import type { SessionStatistics } from '@parley/media';
import type { CallFacts } from './facts.ts';
import type { Prompt } from './prompt.ts';

/**
 * Why the other side is gone, or why we ended the call. 'no codec' and 'no media': `answer` had to refuse (488, 503);
 * 'transferred': it went on to somebody else, and we have no part in it any more; 'local': the flow hung up or rejected.
 */
export type HangUpCause =
  | 'bye'
  | 'cancel'
  | 'no ack'
  | 'no codec'
  | 'no media'
  | 'media silent'
  | 'media failed'
  | 'too long'
  | 'drain'
  | 'transport failed'
  | 'transferred'
  | 'local';

/** Every verb but `record` rejects with this once the call is over. Caught in one place only, `runFlow`. */
export class HungUp extends Error {
  readonly by: HangUpCause;
  /** The CANCEL said that somebody else took the call (RFC 3326: `SIP;cause=200`). */
  readonly answeredElsewhere: boolean;
  /** The Reason headers of the BYE or CANCEL, as written by the other side. */
  readonly reasons: readonly string[];
  constructor(by: HangUpCause, answeredElsewhere = false, reasons: readonly string[] = []) {
    super(`the call is over (${by})`);
    this.name = 'HungUp';
    this.by = by;
    this.answeredElsewhere = answeredElsewhere;
    this.reasons = reasons;
  }
}

/** Which keys stop a prompt: all, none, or those listed. Without a value: all. */
export type BargeIn = boolean | string;

export interface MenuOptions<Keys extends Readonly<Record<string, string>>> {
  readonly prompt: Prompt;
  /** Key -> its meaning. */
  readonly keys: Keys;
  /** Said after a key that means nothing; drops type-ahead. */
  readonly invalid?: Prompt;
  /** Said (before the menu again) when no key came. */
  readonly silent?: Prompt;
  /** Failures (silence or a wrong key) permitted in a row before 'gave up'; 3 by default. */
  readonly tries?: number;
  /** Time for the first key after the prompt's end, milliseconds; 5,000 by default. */
  readonly patienceMillis?: number;
}

export interface AskOptions {
  /** What to say at the first, second ... try; the last one is repeated. */
  readonly prompts: readonly Prompt[];
  readonly atLeast: number;
  readonly atMost: number;
  /** Ends the input early; not part of it. '#' by default. */
  readonly endKey?: string;
  readonly tries?: number;
  readonly patienceMillis?: number;
  /** Longest pause between two digits, milliseconds; 3,000 by default. */
  readonly betweenMillis?: number;
}

export interface RecordOptions {
  readonly draft: string;
  readonly take: number;
  /** Said directly before recording starts, not interruptible: the tone. */
  readonly tone?: Prompt;
  readonly maxMillis: number;
  readonly idleMillis: number;
  readonly endKeys: string;
  /** Takes both sides of the call, mixed: what the caller says and what is said to them. */
  readonly both?: boolean;
}

export interface Recorded {
  readonly endedBy: 'key' | 'silence' | 'max' | 'hang-up' | 'failed';
  readonly key?: string;
  /** What is kept, milliseconds. */
  readonly millis: number;
  /** How much of it was sound. */
  readonly soundMillis: number;
}

/**
 * How a call is handed on. 'refer': the caller's own phone is asked to call the third party (RFC 3515), and is gone from here when that has answered.
 * 'attended': we call the third party first, and when it has answered the caller's phone is asked to take our place (RFC 3891). 'stay': we call the
 * third party and stay between the two, for callers whose phones cannot be asked, or to record.
 */
export type TransferManner = 'refer' | 'attended' | 'stay';

export interface TransferOptions {
  readonly manner: TransferManner;
  /** What the caller hears meanwhile, over and over; the music of the house when left out, an empty prompt for none. */
  readonly music?: Prompt;
  /** How long the third party may ring, milliseconds; 30,000 by default. */
  readonly ringMillis?: number;
  /** Who the third party is told that calls, a URI or a name-addr; the caller, as they gave themselves, when left out. */
  readonly from?: string;
  /** A proven identity of the caller, a URI or a name-addr, for those who trust us (P-Asserted-Identity, RFC 3325). */
  readonly identity?: string;
  /** In whose name the call is handed on, a URI or a name-addr (Referred-By, RFC 3892). */
  readonly referredBy?: string;
}

/**
 * What came of a transfer. 'transferred': the call is over for its flow, which may still say so to `reached`. All others: the call goes on, and `status`
 * is what the third party (or, with 'refused', the caller's phone) answered; 408 when nobody did.
 */
export interface TransferOutcome {
  readonly kind: 'transferred' | 'busy' | 'declined' | 'no answer' | 'not found' | 'refused';
  /** Of the last final answer, 200 to 699. */
  readonly status: number;
}

export interface BridgeOptions {
  /** Keys of this call's caller that leave the bridge; none by default. They are not sent on. */
  readonly leaveKeys?: string;
  /** 'send' (the default) sends all other keys of either side on to the other one; 'keep' queues them for the flow of the call they came from. */
  readonly keys?: 'send' | 'keep';
  /** Heard by both sides as they are joined, over what they say; in the language of this call. */
  readonly announcement?: Prompt;
}

/** Why two calls are apart again: the other one ended, or a key of `leaveKeys` was pressed. */
export type BridgeEnd = { readonly endedBy: 'other' } | { readonly endedBy: 'key'; readonly key: string };

/**
 * What has to be encrypted of a call, and of the calls that are placed on its behalf. 'signalling': SIP by TLS; 'media': SIP by TLS, and SRTP, whose
 * keys it carries.
 */
export type RequiredEncryption = 'signalling' | 'media';

/** A final refusal before the call was answered. */
export interface CallRefusal {
  readonly status: number;
  readonly reason?: string;
  /** What is wrong and what to change, for the `Warning` header: printable ASCII without quotes and backslashes. */
  readonly warning?: string;
}

/** A call as a flow sees it (design: flows are async functions over this). Hang-up aborts `signal` and every verb rejects with `HungUp`. */
export interface Call {
  readonly id: string;
  readonly facts: CallFacts;
  readonly signal: AbortSignal;
  /** The language prompts are spoken in from here on, a BCP 47 tag such as "fr-FR". */
  speakIn(language: string): void;
  /** 180 Ringing: the number is known and its owner is being looked for. */
  progress(): void;
  /** 200 OK; resolves at the ACK, so that the greeting's first word is heard. */
  answer(): Promise<void>;
  reject(refusal: CallRefusal): void;
  /**
   * Before `answer`. With 'media', media of this call that are not encrypted are refused with 488; how its signalling came is in `facts`. Calls that
   * `transfer` places must be as safe, or are not made.
   */
  requireEncryption(what: RequiredEncryption): void;
  /** Resolves when it was said to the end or a barge-in key stopped it (the key stays queued). */
  play(prompt: Prompt, options?: { readonly bargeIn?: BargeIn }): Promise<void>;
  /** Collects digits; 'gave up' after the permitted failures. */
  ask(options: AskOptions): Promise<string>;
  /** Resolves with the meaning of the key, never the key itself. */
  menu<const Keys extends Readonly<Record<string, string>>>(
    options: MenuOptions<Keys>,
  ): Promise<Keys[keyof Keys] | 'gave up'>;
  /** Never rejects with `HungUp`: a hang-up resolves with `endedBy: 'hang-up'`. */
  record(options: RecordOptions): Promise<Recorded>;
  /**
   * Hands the call on to somebody else: a URI, or the other side of another call of ours (which is a consultation then, and ends with success). Resolves
   * with what came of it; rejects with `HungUp` when the caller hangs up before anybody answered. With 'stay' it resolves when the two have hung up.
   */
  transfer(to: string | Call, options: TransferOptions): Promise<TransferOutcome>;
  /**
   * Lets the callers of two calls talk to each other, until the other call ends or a key leaves it; both go on. Rejects with `HungUp` when
   * this one ends, and with `MEDIA_APART` when the two are on different media threads.
   */
  bridge(other: Call, options?: BridgeOptions): Promise<BridgeEnd>;
  /** Forgets keys typed ahead. */
  dropKeys(): void;
  hangUp(): Promise<void>;
  /** The first of several works to settle wins, the signals of the others abort. */
  race<T>(works: Readonly<Record<string, (signal: AbortSignal) => Promise<T>>>): Promise<T>;
  /** Plays `music` over and over while `work` is under way. */
  during<T>(work: Promise<T>, music: Prompt): Promise<T>;
}

/** How far a call has come: `answered` once the ACK is here, `refused` when a final answer other than 2xx was sent. */
export type CallStage = 'incoming' | 'answered' | 'refused';

/** What whoever hosts a call (`runFlow`, the server's drain) needs beside the verbs. */
export interface HostedCall extends Call {
  readonly stage: CallStage;
  /** Why the call ended; undefined while it goes on. */
  readonly ended: HungUp | undefined;
  /** Ends the call for a reason that is not the flow's own. Does nothing when it is over. */
  end(cause: HangUpCause): void;
  /** Ends what is left, gives the media back and resolves when nothing of the call is under way any more. */
  close(): Promise<SessionStatistics | undefined>;
}
