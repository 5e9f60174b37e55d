import type { Sealed } from '../draft.ts';
import type { SpoolFailed } from '../errors.ts';
import type { DraftState } from '../record/draft-state.ts';
import type { PlayBack } from './play-back.ts';
import type { TakeWriter } from './take-writer.ts';

/** A draft whose call is going on. */
export interface LiveDraft {
  readonly state: DraftState;
  /** Takes being recorded. */
  readonly open: Set<TakeWriter>;
  /** What is being played back to the caller. */
  readonly playing: Set<PlayBack>;
  /** The seal under way, so that a hang-up behind "send" does not seal twice. */
  ending: Promise<Sealed> | undefined;
  erased: boolean;
  /** The log failed under it: nothing about it may be confirmed any more. */
  failure: SpoolFailed | undefined;
}
