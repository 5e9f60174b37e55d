import type { DtlsIdentity } from '../dtls/identity.ts';
import type { SessionSettings } from '../sdp/settings.ts';
import type { AudioSource, RecordEnd, SessionStatistics, TakeRef } from './protocol.ts';

/** How a play ended. 'stopped': by `stop`, its signal, the end of the session or the loss of its thread. */
export interface Played {
  readonly endedBy: 'end' | 'key' | 'stopped';
  /** Media time, milliseconds since the session was started. */
  readonly at: number;
}

/** How a recording ended and what is kept of it. */
export interface RecordedTake {
  readonly endedBy: RecordEnd;
  /** The key that ended it, with endedBy 'key'. */
  readonly key?: string;
  /** Length that is kept, milliseconds; the idle tail and the tone of the end key are not in it. */
  readonly millis: number;
  /** How much of that was sound, milliseconds. */
  readonly soundMillis: number;
  /** Media time, milliseconds since the session was started. */
  readonly at: number;
}

/** How something is played. */
export interface PlayOptions {
  /** Keys that stop it; '' (the default): none. A key that came since the caller last looked stops it before it begins. */
  readonly bargeIn?: string;
  /** Says it again and again without a gap, until it is stopped: music on hold. */
  readonly loop?: boolean;
  /**
   * Lays it over whatever else is heard, prompt or bridge: a whisper to one side, or with two of them an announcement to both. Such plays wait only
   * for one another. Without it a play during a bridge takes the line for itself: meanwhile the other session is not heard.
   */
  readonly over?: boolean;
  /** Aborting stops this play (it then resolves with 'stopped'). */
  readonly signal?: AbortSignal;
}

/** How two sessions hear each other. */
export interface BridgeOptions {
  /**
   * Keys of this session that are sent on to the other one's far end as RFC 4733 events, and are told to nobody here; all when left out, '' none. Where
   * the far end takes no such events, they are told by `onKey` all the same.
   */
  readonly relayKeys?: string;
  /** The same for keys of the other session. */
  readonly relayKeysBack?: string;
  /** Aborting ends the bridge (it then resolves with 'stopped'); both sessions go on. */
  readonly signal?: AbortSignal;
}

/**
 * How a bridge ended. 'stopped': by `stop` or its signal; 'gone': one of the sessions ended, or its thread did; 'refused': these two are joined already,
 * or one of them is joined with two others.
 */
export interface Parted {
  readonly endedBy: 'stopped' | 'gone' | 'refused';
}

/** How something is recorded, and what ends that. Times are milliseconds of media. */
export interface TakeOptions {
  /** Where the `Recorder` of the thread is to put it. */
  readonly into: TakeRef;
  /** Longest that is kept; 0 ends at once. */
  readonly maxMillis: number;
  /** Silence that ends it; 0: never. */
  readonly idleMillis: number;
  /** Keys that end it, such as '#'. */
  readonly endKeys: string;
  /**
   * What an end key does that was pressed after the main thread's last news and before the recording began (during its tone):
   * 'end' (the default) ends it at once, as with barge-in; 'ignore' lets it begin.
   */
  readonly earlierKeys?: 'end' | 'ignore';
  /** Takes both sides, mixed: what the other side says and what is said to it. Losses are then silence, not gaps. */
  readonly both?: boolean;
  /** Aborting stops this recording (it then resolves with 'stopped'). */
  readonly signal?: AbortSignal;
}

/** Where media should come from, and where they came from instead. */
export interface ForeignMedia {
  readonly negotiated: SessionSettings['remote'];
  readonly from: SessionSettings['remote'];
}

/**
 * The media of one call as the main thread holds it; the packets are on another thread. Plays and recordings run one after the
 * other in the order they were asked for, from `start` on; none of the promises ever rejects, and all of them settle when the session ends.
 * What is asked for after the end settles at once ('stopped', 'hang-up') or does nothing.
 */
export interface MediaSession {
  /** The thread it lives on, from 0: also where its recordings are written. */
  readonly thread: number;
  /** Address and RTP port to put into SDP (RTCP is one above). */
  readonly address: string;
  readonly port: number;
  /** Who we are in the handshakes of calls that begin now; undefined: keys by DTLS are not for this session. */
  readonly identity?: DtlsIdentity;
  /**
   * Aborts when the session is gone through no act of ours: its thread died, or it failed itself. Until then what was underway
   * settles: plays with 'stopped', a recording with 'failed' and length 0, because only the log of its thread knows what is kept.
   */
  readonly lost: AbortSignal;
  /** The agreement with the other side; packets flow from here on. */
  start(settings: SessionSettings): void;
  /** A new agreement (re-INVITE): hold, another address, another codec. */
  update(settings: SessionSettings): void;
  /** Plays these one after the other. A clip that is not there is nothing. */
  play(sources: readonly AudioSource[], options?: PlayOptions): Promise<Played>;
  /** Records what the other side says; with `both`, what is said to it too. */
  record(options: TakeOptions): Promise<RecordedTake>;
  /**
   * Lets this session and another one hear each other: what comes from one far end goes to the other within 40 ms, in its codec. Plays (which see),
   * recordings and figures go on as before. Who is joined with two others that are joined too is in a conference of three.
   * Throws `MEDIA_APART` when the other one is not on the same thread (`MediaThreads.open` has `beside`).
   */
  bridge(other: MediaSession, options?: BridgeOptions): Promise<Parted>;
  /** Stops everything that is under way or waits for its turn. */
  stop(): void;
  /** A key that came by SIP INFO; `millis` is how long it was pressed. The same press by RFC 4733 counts once. */
  press(key: string, millis: number): void;
  /** Sends keys (0-9 * # A-D) as RFC 4733 events, if the other side agreed to those. */
  dial(keys: string): void;
  /** Called for every key, once per press. One handler; a later call replaces it. */
  onKey(handler: (key: string, at: number) => void): void;
  /** Called when nothing came for the configured time and the call is not on hold. One handler; a later call replaces it. */
  onSilent(handler: (at: number) => void): void;
  /**
   * Called at most once: the other side is not heard, because all that came so far came from elsewhere than was negotiated and was
   * thrown away. One handler; a later call replaces it.
   */
  onForeign(handler: (foreign: ForeignMedia) => void): void;
  /** Ends the session and gives its ports back; a recording under way ends with 'hang-up'. Asking again gives the same promise. */
  close(): Promise<SessionStatistics>;
}
