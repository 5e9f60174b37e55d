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
  if (found.kind === 'disabled') return no('mailbox is not enabled');
  if (visit.messageLeft) return no('a message was left');
  if (visit.messageInDoubt) return no('a message may still arrive');
  if (stage === 'refused') return no('the call was refused');
  const { mailbox, policy } = found.recipient;
  if (!policy.allowMissedCallNotifications) return no('switched off in the policy');
  if (!mailbox.missedCallNotificationEnabled) return no('switched off in the mailbox');
  if (endedBy.by === 'cancel' && answeredElsewhere(endedBy.reasons)) return no('answered elsewhere');
  return { notify: true, because: stage === 'answered' ? 'no message was left' : 'the caller gave up' };
}

/** Whether a CANCEL says that another branch took the call: `SIP;cause=200` in any of its Reason headers (RFC 3326). */
export function answeredElsewhere(reasons: readonly string[]): boolean {
  return reasons.some(header => splitList(header).some(saysCompleted));
}

function saysCompleted(value: string): boolean {
  const [protocol, ...parameters] = splitOutsideQuotes(value, ';');
  if (protocol?.trim().toLowerCase() !== 'sip') return false;
  return parameters.some(parameter => {
    const [name, cause] = parameter.split('=', 2);
    return name?.trim().toLowerCase() === 'cause' && cause?.trim() === '200';
  });
}

function splitList(header: string): string[] {
  return splitOutsideQuotes(header, ',');
}

/** Splits at a separator that is not inside a quoted string. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
