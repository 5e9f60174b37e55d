import type { AuditDetail, AuditOutcome } from '@parley/directory';

/** One thing that somebody did, or was refused, at the door. */
export interface AccessEntry {
  readonly who: string;
  readonly organization?: string;
  /** A cmdlet's name, or "sign-in", "sign-out", "set-up". */
  readonly cmdlet: string;
  readonly outcome: AuditOutcome;
  readonly detail: AuditDetail;
  readonly requestId?: string;
  readonly kind?: string;
  readonly objectId?: string;
  readonly objectName?: string;
}

/** Where it is written down; nothing is done before that has worked. */
export type WriteAudit = (entry: AccessEntry) => Promise<void>;
