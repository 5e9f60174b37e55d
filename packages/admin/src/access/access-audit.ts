import type { AuditRecord } from '@parley/directory';

/** Where it is written down what somebody did, or was refused, at the door; nothing is done before that has worked. */
export type WriteAudit = (record: AuditRecord) => Promise<void>;
