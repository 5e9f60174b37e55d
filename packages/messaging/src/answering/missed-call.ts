import type { CallStage, HungUp } from '@parley/call';
import type { FoundMailbox } from './find-mailbox.ts';
import type { Visit } from './visit.ts';

/** What the rules look at when a call is over. */
export interface EndedCall {
  readonly found: FoundMailbox;
  readonly stage: CallStage;
  readonly endedBy: HungUp;
  readonly visit: Visit;
}

/** Whether a missed call is announced, and why or why not, as a constant phrase. */
export interface MissedCallDecision {
  readonly notify: boolean;
  readonly because: string;
}

/** The rules for missed-call notices (spec section 6). One notice per Call-ID is the spool's promise. */
export function missedCall({ found, stage, endedBy, visit }: EndedCall): MissedCallDecision {
  const no = (because: string) => ({ notify: false, because });
  if (found.kind === 'unknown') return no('nobody was called');
  if (found.kind === 'unreachable') return no('nobody knows who was called');
  if (found.kind === 'disabled') return no('mailbox is not enabled');
  if (visit.messageLeft) return no('a message was left');
  if (visit.messageInDoubt) return no('a message may still arrive');
  if (stage === 'refused') return no('the call was refused');
  const { mailbox, policy } = found.recipient;
  if (!policy.allowMissedCallNotifications) return no('switched off in the policy');
  if (!mailbox.missedCallNotificationEnabled) return no('switched off in the mailbox');
  if (endedBy.answeredElsewhere) return no('answered elsewhere');
  return { notify: true, because: stage === 'answered' ? 'no message was left' : 'the caller gave up' };
}
