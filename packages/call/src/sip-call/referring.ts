import type { Dialog } from '@parley/sip';

/** Whom the other side of a dialog is asked to call (RFC 3515). */
export interface ReferRequest {
  /** URI of the third party. */
  readonly to: string;
  /** Our dialog with the third party, whose place the new call is to take (RFC 3891). */
  readonly replaces?: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag'>;
  /** URI or name-addr that we send for (RFC 3892). */
  readonly referredBy?: string;
}

/** How a REFER of ours ended: with the answer to the referred request, refused itself, taken without more news, or with nobody knowing. */
export type Referred =
  | { readonly kind: 'final' | 'refused' | 'accepted'; readonly status: number }
  | { readonly kind: 'unknown'; readonly last: number };

export interface SentReferral {
  /** Sets who hears provisional answers to the referred request. */
  onProgress(handler: (status: number, reason: string) => void): void;
  /** Never rejects. */
  readonly outcome: Promise<Referred>;
}

/** The part of a dialog that asks its other side to call somebody else. */
export interface Referrer {
  refer(options: ReferRequest): SentReferral;
}

/** Whether a dialog can be referred. */
export function canRefer(dialog: Dialog): dialog is Dialog & Referrer {
  return 'refer' in dialog && typeof dialog.refer === 'function';
}
