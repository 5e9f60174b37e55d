import { ulid } from '@parley/base';
import type { CallFacts } from '@parley/call';
import type { MailboxInPlan } from '@parley/directory';
import type { DialPlan } from '@parley/schema';
import type { MissedEnvelope, VoiceEnvelope } from '../envelope.ts';
import type { RecordingLimits } from './callers-message.ts';
import type { AnsweringPorts } from './visit.ts';

/** One packet: a message of nothing is none, also where the dial plan asks for no minimum. */
const LEAST_SOUND_MILLIS = 20;

/** The dial plan's limits, which administrators set in minutes and seconds. */
export function recordingLimits(dialPlan: DialPlan): RecordingLimits {
  return {
    minimumMillis: Math.max(dialPlan.minRecordingDuration * 1000, LEAST_SOUND_MILLIS),
    maxMillis: dialPlan.maxRecordingDuration * 60_000,
    idleMillis: dialPlan.recordingIdleTimeout * 1000,
  };
}

interface EnvelopeOptions {
  readonly ports: AnsweringPorts;
  /** Number or user part the mailbox was found by. */
  readonly called: string;
}

/** The envelope of a voice message that begins now. */
export function voiceEnvelope(facts: CallFacts, recipient: MailboxInPlan, options: EnvelopeOptions): VoiceEnvelope {
  const { mailbox, dialPlan } = recipient;
  return {
    type: 'voice',
    ...common(facts, recipient, options),
    minimumMillis: recordingLimits(dialPlan).minimumMillis,
    startedAt: options.ports.clock.wall(),
    audioCodec: mailbox.callAnsweringAudioCodec ?? dialPlan.audioCodec,
  };
}

/** The envelope of a notice that a call came and left nothing. */
export function missedEnvelope(facts: CallFacts, recipient: MailboxInPlan, options: EnvelopeOptions): MissedEnvelope {
  return { type: 'missed', ...common(facts, recipient, options), startedAt: facts.startedAt };
}

function common(facts: CallFacts, recipient: MailboxInPlan, { ports, called }: EnvelopeOptions) {
  const { mailbox, dialPlan, organization } = recipient;
  const { name, user, host } = facts.caller;
  return {
    messageId: `${ulid(ports.clock.wall())}@${ports.messageIdDomain}`,
    mailbox: mailbox.id,
    dialPlan: dialPlan.id,
    callId: facts.callId,
    caller: { name, user, host },
    anonymous: facts.anonymous,
    called,
    language: mailbox.language || dialPlan.defaultLanguage,
    timeZone: mailbox.timeZone || organization.timeZone,
  };
}
