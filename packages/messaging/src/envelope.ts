import type { Json } from '@parley/spool';

/** Who called, as it was known when the call was answered. Untrusted text. */
export interface EnvelopeCaller {
  readonly [key: string]: Json;
  readonly name: string;
  /** Number or SIP user; '' when it was withheld. */
  readonly user: string;
  readonly host: string;
  readonly anonymous: boolean;
}

/**
 * All that delivery needs to compose a message without asking the call again; written into the spool when the call is
 * answered. Plain JSON: it is read back by whatever version of the program runs after a restart.
 */
interface CommonEnvelope {
  readonly [key: string]: Json;
  /** `<ulid>@<domain>`, without angle brackets. */
  readonly messageId: string;
  /** Mailbox object id in the directory. */
  readonly mailbox: string;
  readonly caller: EnvelopeCaller;
  /** Number or SIP user that was called. */
  readonly called: string;
  readonly callId: string;
  /** Dial plan object id. */
  readonly dialPlan: string;
  /** Wall time of the start of the recording, or of the missed call, milliseconds since 1970. */
  readonly startedAt: number;
}

/** A voice message. What the caller chose at the end (urgent, private) is merged over it when the draft is sealed. */
export interface VoiceEnvelope extends CommonEnvelope {
  readonly type: 'voice';
  readonly minimumMillis: number;
  readonly urgent: boolean;
  readonly private: boolean;
}

/** A call that left no message. */
export interface MissedCallEnvelope extends CommonEnvelope {
  readonly type: 'missed';
}

export type MessageEnvelope = VoiceEnvelope | MissedCallEnvelope;
