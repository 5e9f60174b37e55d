import type { MediaSession } from '@parley/media';
import type { Dialog } from '@parley/sip';
import type { HangUpCause } from '../call.ts';

/** The far end of a call, as others are joined with it or take its place. */
export interface Line {
  /** For people: the Call-ID. */
  readonly id: string;
  /** Aborts when it is over, whoever ended it. */
  readonly signal: AbortSignal;
  readonly media: MediaSession;
  readonly dialog: Dialog;
  /** From here on, keys that it presses and the media do not send on themselves go there; undefined: to whoever waits for keys. */
  sendKeys(to: ((key: string) => void) | undefined): void;
  /** The Reason header for those who were joined with it, once it is over. */
  readonly farewell: string;
  /** Ends it; resolves when the other side has heard it, or never will. Does nothing when it is over. */
  end(cause: HangUpCause, reason?: string): Promise<void>;
}

/** Resolves when a signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
