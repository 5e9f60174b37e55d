import type { AuditEntry } from '@parley/directory';

/** What is looked for in the audit log. */
export interface AuditQuery {
  /** Only entries of this organisation. */
  readonly organization?: string;
  /** Names; upper and lower case are equal. */
  readonly cmdlets?: readonly string[];
  /** Ids or names. */
  readonly objectIds?: readonly string[];
  readonly userIds?: readonly string[];
  /** Milliseconds since 1970; `from` is included, `until` is not. */
  readonly from?: number;
  readonly until?: number;
  readonly limit: number;
}

/** What became of a check of the chain. */
export interface AuditCheck {
  readonly checked: number;
  /** Place of the first entry that does not follow from the one before it. */
  readonly brokenAt?: number;
}

/** The audit log, to be read. */
export interface AuditReader {
  /** The newest first. */
  search(query: AuditQuery): Promise<readonly AuditEntry[]>;
  verify(organization: string | undefined): Promise<AuditCheck>;
}
