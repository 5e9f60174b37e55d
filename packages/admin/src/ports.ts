import type { CallRecord } from '@parley/directory';

/** One waiting, dead or unfinished item of the spool, as an administrator sees it. No message content. */
export interface SpoolEntry {
  readonly id: string;
  /** For example "message" or "notice". */
  readonly kind: string;
  /** For example "waiting" or "dead". */
  readonly state: string;
  /** Wall time of the seal, milliseconds since 1970. */
  readonly sealedAt: number;
  /** Length of the recording. */
  readonly millis: number;
  readonly messageId?: string;
  /** Name or address of the mailbox it is for. */
  readonly mailbox?: string;
  /** Number or name of the caller, as it came from outside. */
  readonly caller?: string;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly why?: string;
  /** When it is tried again at the earliest: wall time, milliseconds since 1970; now, while it is being tried. */
  readonly nextTryAt?: number;
  /** Whatever else `show` should tell, a line each. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** What administrators may do with the spool; `server` fills it. */
export interface SpoolOperations {
  /** The oldest first. */
  list(): Promise<readonly SpoolEntry[]>;
  show(id: string): Promise<SpoolEntry | undefined>;
  /** Copies an item that exists into a folder (absolute path); resolves with the paths written. */
  export(id: string, folder: string): Promise<readonly string[]>;
  /** Tries a dead or waiting item again at once. */
  retry(id: string): Promise<void>;
  /** Removes a dead item for good. Rejects with `SPOOL_WAITING` when it is not dead. */
  discard(id: string): Promise<void>;
}

/** A call in the list of traces. */
export interface TraceEntry {
  readonly callId: string;
  /** Wall time of its first message, milliseconds since 1970. */
  readonly startedAt: number;
  /** Names or numbers as they came from outside, starred out when the log does it. */
  readonly caller: string;
  readonly called: string;
  /** What kind of call it was once it is over, the refusal, or how far it has come. */
  readonly outcome: string;
  /** How many messages were sent and received. */
  readonly messages: number;
}

/** One medium of a session description. */
export interface TracedMedia {
  /** "audio", "video" ... */
  readonly kind: string;
  /** "RTP/AVP", "RTP/SAVP" ... */
  readonly protocol: string;
  readonly address: string;
  /** 0: refused. */
  readonly port: number;
  /** In the order of preference. */
  readonly codecs: readonly string[];
  /** "sendrecv", "sendonly" ... */
  readonly direction: string;
  readonly encryption: 'none' | 'SDES' | 'DTLS';
}

/** One SIP message of a trace. */
export interface TracedMessage {
  /** Milliseconds since the first message of the trace. */
  readonly atMillis: number;
  readonly direction: 'in' | 'out';
  /** "udp 192.0.2.1:5060". */
  readonly peer: string;
  /** The start line without the protocol: "INVITE sip:1001@192.0.2.1", "180 Ringing". */
  readonly summary: string;
  /** The same message was sent before. */
  readonly retransmission: boolean;
  /** Header fields that say why: Warning, Reason, Retry-After ... */
  readonly remarks: readonly string[];
  /** Type and size of the body; undefined without one. */
  readonly body?: string;
  readonly media: readonly TracedMedia[];
  /** Start line and header fields, without credentials. */
  readonly head: string;
}

/** What is known of a call's signalling. */
export interface Trace extends TraceEntry {
  readonly ladder: readonly TracedMessage[];
  /** Messages that are missing, and in front of which one of the ladder. */
  readonly leftOut?: { readonly count: number; readonly before: number };
  /** The calls that this one was handed on to; their times count from the first message of this one. */
  readonly legs: readonly Trace[];
  /** Once it is over: with what became of it and how the media were. */
  readonly record?: CallRecord;
  /** The other side was not heard: where its media should have come from, and where they came from (`ADDRESS:PORT`). */
  readonly foreign?: { readonly negotiated: string; readonly from: string };
}

/** What a Call-ID, or the beginning of one, leads to. */
export type TraceFound =
  | { readonly kind: 'found'; readonly trace: Trace }
  | { readonly kind: 'ambiguous'; readonly callIds: readonly string[] }
  /** `why`: what is kept at all. */
  | { readonly kind: 'none'; readonly why: string };

/** The SIP messages of the newest calls; `server` fills it. */
export interface TraceOperations {
  /** The newest first. */
  list(limit: number): readonly TraceEntry[];
  find(callId: string): TraceFound;
}

/** The state of the server, a line each: version, uptime, calls, spool and so on. */
export type Status = Readonly<Record<string, string | number | boolean>>;
