import type { Envelope } from '@parley/spool';

/** A caller as the envelope keeps them: from headers that strangers write, still untrusted wherever it is printed. */
export type EnvelopeParty = {
  readonly name: string;
  readonly user: string;
  readonly host: string;
};

/** What both kinds of notices know. Plain data: it lies in the spool's log as JSON and outlives the call and the process. */
interface Common {
  /** Unique for ever, made when the message begins: "ulid@domain", without angle brackets. */
  readonly messageId: string;
  /** Object id of the mailbox. */
  readonly mailbox: string;
  /** Object id of the mailbox's dial plan. */
  readonly dialPlan: string;
  /** SIP Call-ID. */
  readonly callId: string;
  readonly caller: EnvelopeParty;
  /** The caller withheld the number: print nothing of `caller`. */
  readonly anonymous: boolean;
  /** The number or user part the call was meant for. */
  readonly called: string;
  /** Language of the message, a BCP 47 tag: the mailbox's, or the dial plan's. */
  readonly language: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** A voice message. The caller's marks (urgent, private) and the length come from the spool beside it. */
export interface VoiceEnvelope extends Envelope, Common {
  readonly messageId: string;
  readonly type: 'voice';
  /** Start of the recording, milliseconds since 1970. */
  readonly startedAt: number;
  /** How the audio is to be stored. */
  readonly audioCodec: AudioCodec;
}

/** A call that left no message. */
export interface MissedEnvelope extends Common {
  readonly type: 'missed';
  /** When the call came, milliseconds since 1970. */
  readonly startedAt: number;
  readonly [key: string]: Envelope[string];
}

/** What delivery composes from. */
export type MessageEnvelope = VoiceEnvelope | MissedEnvelope;

/** The storage codecs of a dial plan. */
export type AudioCodec = 'Mp3' | 'G711' | 'Pcm' | 'Gsm';
