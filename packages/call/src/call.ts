import type { SessionStatistics } from '@parley/media';
import type { CallFacts } from './facts.ts';
import type { Prompt } from './prompt.ts';

/**
 * Why the other side is gone, or why we ended the call. 'no codec' and 'no media': `answer` had to refuse (488, 503);
 * 'local': the flow hung up or rejected.
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
  | 'local';

/** Every verb but `record` rejects with this once the call is over. Caught in one place only, `runFlow`. */
export class HungUp extends Error {
  readonly by: HangUpCause;
  /** The CANCEL said that somebody else took the call (RFC 3326: `SIP;cause=200`). */
  readonly answeredElsewhere: boolean;
  constructor(by: HangUpCause, answeredElsewhere = false) {
    super(`the call is over (${by})`);
    this.name = 'HungUp';
    this.by = by;
    this.answeredElsewhere = answeredElsewhere;
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
}

export interface Recorded {
  readonly endedBy: 'key' | 'silence' | 'max' | 'hang-up' | 'failed';
  readonly key?: string;
  /** What is kept, milliseconds. */
  readonly millis: number;
  /** How much of it was sound. */
  readonly soundMillis: number;
}

/** A final refusal before the call was answered. */
export interface CallRefusal {
  readonly status: number;
  readonly reason?: string;
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
