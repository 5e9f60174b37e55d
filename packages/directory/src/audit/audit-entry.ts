/** How it ended. */
export type AuditOutcome = 'done' | 'refused' | 'failed';

/** One thing that somebody did, or tried to do. */
export interface AuditEntry {
  /** Place in the chain, from 1. */
  readonly seq: number;
  /** Wall time, milliseconds since 1970. */
  readonly at: number;
  /** The organisation whose it is; undefined: the system's. */
  readonly organization?: string;
  readonly who: string;
  readonly requestId?: string;
  /** The cmdlet's name, or what else was done: "sign-in". */
  readonly cmdlet: string;
  readonly kind?: string;
  readonly objectId?: string;
  /** Its name when it was done. */
  readonly objectName?: string;
  readonly outcome: AuditOutcome;
  readonly detail: AuditDetail;
  /** SHA-256 in hexadecimal, of `previousHash` and everything above. */
  readonly hash: string;
  readonly previousHash: string;
}

/** What changed. Secrets never come here, and bulky values only by their length. */
export interface AuditDetail {
  /** Property -> value before; none for a new object. */
  readonly from?: Readonly<Record<string, unknown>>;
  /** Property -> value after, of the same properties; none for a removed object. */
  readonly to?: Readonly<Record<string, unknown>>;
  /** What else was given, or why it was refused. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}
