import { type LegEnd, parseReason, SipParseError } from '@parley/sip';
import { type HangUpCause, HungUp } from '../call.ts';

/** What the signalling calls the end of a leg, as a call tells it to its flow. */
export function hungUpBy(end: LegEnd): HungUp {
  const answeredElsewhere = end.kind === 'cancel' && end.reasons.some(saysCompletedElsewhere);
  return new HungUp(CAUSES[end.kind], answeredElsewhere, end.reasons);
}

/** RFC 3326: the forking proxy puts `SIP;cause=200` into the CANCEL when another branch has answered. */
function saysCompletedElsewhere(header: string): boolean {
  try {
    return parseReason(header).some(({ protocol, cause }) => protocol === 'SIP' && cause === 200);
  } catch (error) {
    // What cannot be read says nothing; the call is cancelled all the same.
    if (error instanceof SipParseError) return false;
    throw error;
  }
}

const CAUSES = {
  cancel: 'cancel',
  bye: 'bye',
  'no ack': 'no ack',
  rejected: 'local',
  local: 'local',
  'transport failed': 'transport failed',
  timeout: 'transport failed',
} as const satisfies Readonly<Record<LegEnd['kind'], HangUpCause>>;

/** Whether something that was thrown or that aborted a signal is the end of a leg. */
export function isLegEnd(thrown: unknown): thrown is LegEnd {
  return typeof thrown === 'object' && thrown !== null && 'kind' in thrown && 'reasons' in thrown;
}

/** Longer ones are not passed on. */
const LONGEST_REASON = 256;

/** The Reason header for one side of a bridge when the other one hung up: as that side gave it, if anybody can read it. */
export function passedOn({ by, reasons }: Pick<HungUp, 'by' | 'reasons'>): string {
  return reasons.find(isReason) ?? reasonOfBye(by);
}

function isReason(header: string): boolean {
  try {
    return header.length <= LONGEST_REASON && parseReason(header).length > 0;
  } catch (error) {
    if (error instanceof SipParseError) return false;
    throw error;
  }
}

/** The Reason header of a BYE to whom we have nothing to talk with, as a `Warning` value (code, agent, quoted text) says why. */
export function reasonOfMisfit(warning: string): string {
  return `Q.850;cause=88;text=${warning.slice(warning.indexOf('"'))}`;
}

/** The Reason header (RFC 3326) of our BYE: Q.850 causes, which every gateway understands. */
export function reasonOfBye(cause: HangUpCause): string {
  switch (cause) {
    case 'media silent':
      return 'Q.850;cause=102;text="No media received"';
    case 'media failed':
    case 'no media':
      return 'Q.850;cause=41;text="Media failed"';
    case 'no codec':
      return 'Q.850;cause=88;text="No codec in common"';
    case 'too long':
      return 'Q.850;cause=16;text="Maximum call duration"';
    case 'drain':
      return 'Q.850;cause=41;text="Server is stopping"';
    default:
      return 'Q.850;cause=16;text="Normal call clearing"';
  }
}
