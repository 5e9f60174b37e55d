import type { AuditLog } from './audit/audit-log.ts';
import type { Directory } from './directory.ts';
import type { Together } from './life-cycle/together.ts';
import type { By, Objects } from './objects.ts';

/** Everything about objects in one place: what administrators change, what calls ask, and who did what. */
export interface KeptObjects extends Objects {
  /** Sees a change before whoever made it hears that it is made. */
  readonly directory: Directory;
  readonly audit: AuditLog;
  /** Several requests in one transaction: all of them or, when `work` rejects, none. It may be run again when somebody came between. */
  together<T>(by: By, work: (objects: Together) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
