import type { BridgeEnd, HangUpCause, TransferOutcome } from '../call.ts';

/**
 * What a scripted caller does next. Steps are taken in order. `during` names a prompt id (or 'file', 'takes',
 * 'ringing', 'answering', 'tone', 'transfer', 'bridge'): the step then happens while that is heard; without it, it happens at the next moment the flow waits for the
 * caller: for a key, or in a recording.
 */
export type CallerStep =
  | { readonly does: 'press'; readonly key: string; readonly during?: string }
  | { readonly does: 'speak'; readonly millis: number }
  | { readonly does: 'keep quiet'; readonly millis: number }
  | {
      readonly does: 'hang up';
      readonly cause: HangUpCause;
      /** With 'cancel': because somebody else took the call. */
      readonly answeredElsewhere: boolean;
      readonly during?: string;
    }
  | { readonly does: 'lose the spool' }
  | { readonly does: 'be transferred'; readonly outcome: TransferOutcome }
  | { readonly does: 'leave a bridge'; readonly end: BridgeEnd };

const STATUS: Readonly<Record<TransferOutcome['kind'], number>> = {
  transferred: 200,
  busy: 486,
  declined: 603,
  'no answer': 408,
  'not found': 404,
  refused: 503,
};

interface Moment {
  readonly during?: string;
}

/** Words to write a script with: `[caller.speak(12), caller.press('#'), caller.press('1')]`. */
export const caller = {
  /** Presses a key, or several one after the other. */
  press: (keys: string, moment: Moment = {}): readonly CallerStep[] =>
    [...keys].map(key => ({ does: 'press', key, ...moment })),
  speak: (seconds: number): readonly CallerStep[] => [{ does: 'speak', millis: seconds * 1000 }],
  /** Says nothing: in a recording for that long, in a menu until its patience is over. */
  keepQuiet: (seconds = 60): readonly CallerStep[] => [{ does: 'keep quiet', millis: seconds * 1000 }],
  hangUp: (
    options: Moment & { readonly cause?: HangUpCause; readonly answeredElsewhere?: boolean } = {},
  ): readonly CallerStep[] => {
    const { cause = 'bye', answeredElsewhere = false, during } = options;
    return [{ does: 'hang up', cause, answeredElsewhere, during }];
  },
  /** Not the caller's doing, but it comes in the middle of their recording. */
  loseTheSpool: (): readonly CallerStep[] => [{ does: 'lose the spool' }],
  /** What the third party does when the caller is handed on; without this step the transfer succeeds. */
  transfer: (kind: TransferOutcome['kind'], status = STATUS[kind]): readonly CallerStep[] => [
    { does: 'be transferred', outcome: { kind, status } },
  ],
  /** The key by which the caller leaves a bridge; without this step, or without a key, the other call ends. */
  leaveBridge: (key?: string): readonly CallerStep[] => [
    { does: 'leave a bridge', end: key === undefined ? { endedBy: 'other' } : { endedBy: 'key', key } },
  ],
};
