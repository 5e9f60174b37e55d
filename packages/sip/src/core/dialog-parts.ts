import type { DialogState } from '../dialog/dialog-state.ts';
import type { Leg } from './leg.ts';
import type { OfferAnswer } from './offer-answer.ts';
import type { SessionTimer } from './session-timer.ts';

/** What the requests of one INVITE dialog share. */
export interface DialogParts {
  readonly state: DialogState;
  readonly leg: Leg;
  readonly turns: OfferAnswer;
  /** Undefined when session timers are switched off. */
  readonly session: SessionTimer | undefined;
  /** Whether we made the call, and so own its Call-ID (RFC 3261 14.1). */
  readonly isCaller: boolean;
}
