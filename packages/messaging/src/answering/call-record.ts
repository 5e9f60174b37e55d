import type { CallFacts, CallOutcome, CallReason, CallStage, FinishedCall, HangUpCause } from '@parley/call';
import type { FoundMailbox } from './find-mailbox.ts';
import type { Visit } from './visit.ts';

/** What a call record says of an answered (or refused) call: the fields of spec section 2.11 that exist so far. */
export interface CallRecord {
  /** Wall time of the INVITE, milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMillis: number;
  readonly callType:
    | 'Call Answering Voice Message'
    | 'Call Answering Missed Call'
    | 'Unauthenticated Pilot Number'
    | 'None';
  readonly callId: string;
  readonly offerResult: 'Answer' | 'Failed' | 'Rejected' | 'None';
  readonly dropCallReason: string;
  readonly reasonForCall: CallReason;
  /** Object ids; undefined when the call did not get that far. */
  readonly organization: string | undefined;
  readonly dialPlan: string | undefined;
  readonly gateway: string;
  readonly calleeMailbox: string | undefined;
  /** Its name when the call came. */
  readonly calleeMailboxName: string | undefined;
  readonly calledNumber: string;
  /** '' when withheld. */
  readonly callerNumber: string;
  readonly dialledString: string;
  /** Length of the message, 0 when there is none. */
  readonly messageMillis: number;
  readonly outcome: CallOutcome;
  readonly media: FinishedCall['media'];
  /** How the mailbox was found, for people. */
  readonly explanation: readonly string[];
}

interface RecordOptions {
  readonly facts: CallFacts;
  readonly gateway: string;
  readonly found: FoundMailbox;
  readonly finished: FinishedCall;
  readonly stage: CallStage;
  readonly visit: Visit;
}

/** The record of a call that is over. */
export function callRecord({ facts, gateway, found, finished, stage, visit }: RecordOptions): CallRecord {
  return {
    startedAt: facts.startedAt,
    durationMillis: Math.round(finished.durationMillis),
    callType: callType(found, stage, visit),
    callId: facts.callId,
    offerResult: found.kind === 'unreachable' ? 'Failed' : offerResult(stage, finished.endedBy.by),
    dropCallReason: DROP_REASONS[finished.endedBy.by],
    reasonForCall: found.reason,
    organization: found.recipient?.organization.id ?? found.dialPlan?.organization,
    dialPlan: found.recipient?.dialPlan.id ?? found.dialPlan?.id,
    gateway,
    calleeMailbox: found.recipient?.mailbox.id,
    calleeMailboxName: found.recipient?.mailbox.name,
    calledNumber: found.called,
    callerNumber: facts.anonymous ? '' : facts.caller.user,
    dialledString: facts.dialled,
    messageMillis: visit.messageMillis,
    outcome: finished.outcome,
    media: finished.media,
    explanation: found.explanation,
  };
}

function callType(found: FoundMailbox, stage: CallStage, visit: Visit): CallRecord['callType'] {
  if (found.kind === 'unknown') return 'Unauthenticated Pilot Number';
  if (visit.messageLeft) return 'Call Answering Voice Message';
  return found.kind !== 'found' || stage === 'refused' ? 'None' : 'Call Answering Missed Call';
}

function offerResult(stage: CallStage, cause: HangUpCause): CallRecord['offerResult'] {
  if (stage === 'answered') return 'Answer';
  if (stage === 'refused') return cause === 'no media' ? 'Failed' : 'Rejected';
  return cause === 'cancel' ? 'None' : 'Failed';
}

const DROP_REASONS = {
  bye: 'Graceful Hangup',
  local: 'Graceful Hangup',
  transferred: 'Graceful Hangup',
  cancel: 'Caller Cancelled',
  'no ack': 'No Acknowledgement',
  'no codec': 'Media Not Acceptable',
  'no media': 'No Media Port',
  'media silent': 'Media Silent',
  'media failed': 'Media Failed',
  'too long': 'Maximum Duration',
  drain: 'Server Stopping',
  'transport failed': 'Signalling Failed',
} as const satisfies Readonly<Record<HangUpCause, string>>;
