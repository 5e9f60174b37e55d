import type { Peer } from '@parley/sip';
import type { Spread } from '../figures.ts';

/** What the generator is asked to do. */
export type Order =
  | {
      /** Places calls at a steady pace; each waits, says its ladder and hangs up. */
      readonly do: 'calls';
      readonly target: Target;
      readonly calls: number;
      readonly perSecond: number;
      /** From the answer to the first word, milliseconds; the last `breathMillis` of it are recorded. */
      readonly speakAt: number;
      readonly breathMillis: number;
      readonly speakMillis: number;
    }
  /** Places one call that listens until the prompts are over, says a ladder and hangs up. */
  | { readonly do: 'listen'; readonly target: Target; readonly speakMillis: number }
  | { readonly do: 'end' };

/** Paths of PEM files: who vouches for the server, and what the caller shows. */
export interface TlsFiles {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export interface Target {
  readonly to: Peer;
  /** With these, calls come by TLS and their sound is encrypted. */
  readonly tls?: TlsFiles;
  /** Called in turns. */
  readonly extensions: readonly string[];
}

/** What became of one call. Times of day in milliseconds since 1970. */
export interface CallOutcome {
  readonly callId: string;
  /** 200, or why it was refused; 0: it failed in another way. */
  readonly status: number;
  /** From the INVITE to its final answer. */
  readonly answerMillis: number;
  /** From the answer to our BYE. */
  readonly callMillis: number;
  readonly hungUpAt: number;
  /** Time of the recording in which the generator itself stood still and said nothing. */
  readonly skippedMillis: number;
  /** The other side hung up first. */
  readonly cutOff: boolean;
  readonly packetsReceived: number;
  readonly packetsLost: number;
}

/** The packets that came, against the schedule of their timestamps, milliseconds. */
export interface LatenessFigures extends Spread {
  readonly shareAbove20: number;
}

/** One second of a load. */
export interface Second extends LatenessFigures {
  /** Since the first INVITE. */
  readonly second: number;
  /** Calls that were up at its end. */
  readonly up: number;
}

export interface LoadResult {
  readonly outcomes: readonly CallOutcome[];
  readonly lateness: LatenessFigures;
  readonly timeline: readonly Second[];
  /** The generator itself: how late its clock ran at worst (99 of 100 in a second), share of its core that it used. */
  readonly ownLateP99: number;
  readonly cpuShare: number;
}

/** What the generator tells. */
export type Report =
  | { readonly on: 'ready' }
  | {
      readonly on: 'progress';
      readonly placed: number;
      readonly up: number;
      readonly over: number;
      readonly lateP99: number;
    }
  | { readonly on: 'done'; readonly result: LoadResult }
  | { readonly on: 'failed'; readonly why: string };
