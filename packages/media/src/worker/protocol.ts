import type { CodecName, SessionSettings, WireCodec } from '../sdp/settings.ts';

/** A take of a recording: which draft it belongs to (any text by which the `Recorder` knows it) and its number, from 1. */
export interface TakeRef {
  readonly draft: string;
  readonly take: number;
}

/**
 * What can be played: a clip by the number that `MediaThreads.addClip` gave it, takes of a recording one after the other (`Recorder.play`), or silence. Clips lie once
 * in shared memory, encoded in every codec.
 */
export type AudioSource =
  | { readonly kind: 'clip'; readonly clip: number }
  | { readonly kind: 'takes'; readonly draft: string; readonly takes: readonly number[] }
  | { readonly kind: 'silence'; readonly millis: number };

/**
 * A clip: 160 octets in 20 ms, in both G.711 laws (8 kHz mono) and, where there are wideband calls, in G.722 (16 kHz); same length. All threads read the
 * same memory, so it is not to be written to any more.
 */
export interface ClipAudio {
  readonly pcmu: SharedArrayBuffer;
  readonly pcma: SharedArrayBuffer;
  /** Without it a wideband call hears the narrow band. */
  readonly g722?: SharedArrayBuffer;
}

/**
 * Main thread -> media worker. `session` numbers are chosen by the main thread, `id` numbers grow with every play or record
 * of a session. `keysSeen` is how many keys of the session the main thread had heard of when it sent the command: a play
 * whose barge-in keys include one that came since ends at once, so type-ahead is never talked over; so does a recording whose end keys
 * include one (`Infinity` lets it begin whatever was pressed). A session does one thing at a time: what is asked for meanwhile waits its turn.
 */
export type MediaCommand =
  | { readonly do: 'add clip'; readonly clip: number; readonly audio: ClipAudio }
  | { readonly do: 'drop clip'; readonly clip: number }
  /** `address`: numeric, to bind instead of the engine's own; for the other address family. */
  | { readonly do: 'open'; readonly session: number; readonly address?: string }
  | { readonly do: 'start'; readonly session: number; readonly settings: SessionSettings }
  | {
      readonly do: 'play';
      readonly session: number;
      readonly id: number;
      readonly sources: readonly AudioSource[];
      readonly bargeIn: string;
      readonly keysSeen: number;
      /** Begins anew without a gap until it is stopped. */
      readonly loop?: boolean;
      /** Is laid over what is heard otherwise and waits for no other play or recording, only for others of its kind. */
      readonly over?: boolean;
    }
  | {
      readonly do: 'record';
      readonly session: number;
      readonly id: number;
      readonly into: TakeRef;
      readonly maxMillis: number;
      /** Silence that ends the recording; also when nothing is ever said. 0: never. */
      readonly idleMillis: number;
      readonly endKeys: string;
      readonly keysSeen: number;
      /** Takes what the session says too, mixed with what it hears; its timeline is the worker's clock. */
      readonly both?: boolean;
    }
  /**
   * Two sessions hear each other until this is stopped by its `id`, or one of them ends. `relay`: the keys of `session` that are sent on to the other
   * side of `other` as RFC 4733 events, and told to nobody; `relayBack`: those the other way round. A key that cannot be sent on is told like any other.
   */
  | {
      readonly do: 'bridge';
      readonly session: number;
      readonly id: number;
      readonly other: number;
      readonly relay: string;
      readonly relayBack: string;
    }
  | { readonly do: 'stop'; readonly session: number; readonly id: number }
  /** A key that came by SIP INFO. */
  | { readonly do: 'press'; readonly session: number; readonly key: string; readonly millis: number }
  /** Keys to send as RFC 4733 events (calls that we place). */
  | { readonly do: 'dial'; readonly session: number; readonly keys: string }
  | { readonly do: 'close'; readonly session: number };

/** How a recording ended. 'failed': the recorder could not take it. */
export type RecordEnd = 'key' | 'silence' | 'max' | 'stopped' | 'hang-up' | 'failed';

/** How good what came from the other side was to listen to, by the E-model (ITU-T G.107), and how its losses clustered (RFC 3611 section 4.7.2). */
export interface CallQuality {
  /** Mean opinion score of the network, 1 to 4.5; with `degradation` it is that of a network without fault. */
  readonly nmos: number;
  readonly degradation: number;
  /** What jitter alone (delay, and packets that came too late), and losses alone would have taken. */
  readonly degradationByJitter: number;
  readonly degradationByLoss: number;
  /** Percent of the packets within bursts of losses that were lost. */
  readonly burstDensityPercent: number;
  /** Mean lengths of bursts (0 without any) and of what lies between them, milliseconds. */
  readonly burstMillis: number;
  readonly gapMillis: number;
}

/** Figures of a session, for the call record. */
export interface SessionStatistics {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly packetsSent: number;
  /** Interarrival jitter (RFC 3550 section 6.4.1), mean of the call, milliseconds. */
  readonly jitterMillis: number;
  /** Packets that did not come from the negotiated peer and were thrown away. */
  readonly foreignPackets: number;
  /** Packets of the peer that were thrown away because they were not protected as was agreed (RFC 3711): no right tag, or in clear. */
  readonly srtpRejected: number;
  /** Protected packets that came before. */
  readonly srtpReplayed: number;
  /** What was spoken on the wire at the end; left out when nothing was agreed on. */
  readonly codec?: WireCodec;
  /** By the last report of the other side that says so; left out when none did. */
  readonly roundTripMillis?: number;
  /** Left out for calls of less than ten seconds, and where nothing was heard. */
  readonly quality?: CallQuality;
  /** What the other side reported last of what it heard of us; left out when it never did. */
  readonly peer?: { readonly packetsLost: number; readonly jitterMillis: number };
  /** The other side said by RTCP that it left (RFC 3550 section 6.6), and was not heard afterwards. */
  readonly peerLeft?: true;
  /** Packets that the system would not send, or, where it tells of that, that came back as undeliverable; left out when there were none. */
  readonly sendFailures?: number;
}

/** Media worker -> main thread. `at` is the worker's media time in milliseconds since the session was started. */
export type MediaEvent =
  | { readonly on: 'opened'; readonly session: number; readonly port: number }
  | { readonly on: 'no ports'; readonly session: number }
  | { readonly on: 'key'; readonly session: number; readonly key: string; readonly at: number }
  | {
      readonly on: 'played';
      readonly session: number;
      readonly id: number;
      readonly endedBy: 'end' | 'key' | 'stopped';
      readonly at: number;
    }
  | {
      readonly on: 'recorded';
      readonly session: number;
      readonly id: number;
      readonly endedBy: RecordEnd;
      readonly key?: string;
      /** Length that is kept (idle tail and key tone cut off). */
      readonly millis: number;
      /** How much of it was sound, not silence. */
      readonly soundMillis: number;
      readonly at: number;
    }
  /** A bridge is over. 'gone': one of the two sessions ended; 'refused': they are joined already, or one has two bridges, which is the most. */
  | {
      readonly on: 'parted';
      readonly session: number;
      readonly id: number;
      readonly endedBy: 'stopped' | 'gone' | 'refused';
      readonly at: number;
    }
  /** Nothing came from the other side for the configured time, and the call is not on hold. */
  | { readonly on: 'silent'; readonly session: number; readonly at: number }
  /** Once a session: after its first seconds nothing came from the negotiated peer, but something came from elsewhere (and was thrown away). */
  | {
      readonly on: 'foreign';
      readonly session: number;
      readonly negotiated: SessionSettings['remote'];
      readonly from: SessionSettings['remote'];
      readonly at: number;
    }
  /** The session failed itself and is gone; nothing more comes from it. */
  | { readonly on: 'broken'; readonly session: number }
  | { readonly on: 'closed'; readonly session: number; readonly statistics: SessionStatistics }
  /** Every half second: how late the worker's 20 ms clock ran (milliseconds; three beats of four, 99 of 100, all), how many sessions it has that were started. */
  | {
      readonly on: 'load';
      readonly sessions: number;
      readonly lateP75: number;
      readonly lateP99: number;
      readonly lateMax: number;
    };

/**
 * Where recordings go, and whence they are read back: a port, which whoever keeps recordings fills (`MemoryRecorder` keeps them in memory). It lives on the
 * media thread. All methods are called on the 20 ms clock and must not block or throw; failures are reported through `onFailed`.
 */
export interface Recorder {
  /** Opens a take for appending. */
  open(take: TakeRef, codec: CodecName, onFailed: (error: Error) => void): TakeSink;
  /** Reads takes back, one after the other from the start. The source fills `next` from memory, reading ahead by itself. */
  play(draft: string, takes: readonly number[]): PlaySource;
}

/** One take being recorded. */
export interface TakeSink {
  /** Appends coded bytes (160 in 20 ms); they are copied before it returns. `sounding` is whether they hold sound. */
  audio(bytes: Uint8Array, offset: number, length: number, sounding: boolean): void;
  /** Time without audio, as a length. */
  gap(millis: number, reason: 'loss' | 'hold' | 'dtx'): void;
  /** Ends the take; only the first `keepMillis` count. */
  end(keepMillis: number): void;
}

/** Coded audio read back from a recording. */
export interface PlaySource {
  /** Codec the bytes are in. */
  readonly codec: CodecName;
  /** Takes up to `most` octets (8 a millisecond) of the silence that comes next, and returns how many that were; 0 when sound comes next. */
  pause(most: number): number;
  /** Fills up to `length` bytes; fewer when silence or another codec comes; 0 means "not read yet, play silence"; -1 means the end. */
  next(into: Uint8Array, offset: number, length: number): number;
  close(): void;
}
