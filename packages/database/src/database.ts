import { Bug } from '@parley/base';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A transaction as `kysely.transaction().execute` and `inOrganization` hand it out. */
export type DatabaseTransaction = Transaction<Tables>;

/** The name for all organisations together, where one organisation's id is asked for. */
export const WHOLE_SYSTEM = '*';

/**
 * One SQL, two engines, as a port. Statements above it are portable: no `if (postgres)` anywhere else.
 * Inside a transaction use the transaction it gives you, never `kysely`, which on SQLite would wait for its end.
 * Texts have no NUL and no half surrogate pairs (`DATABASE_TEXT_REFUSED`); numbers are no larger than 2^53.
 */
export interface Database {
  /** Sees the whole system: whatever is done on behalf of an organisation goes through `inOrganization`. */
  readonly kysely: Kysely<Tables>;
  /**
   * Brings the tables to this version's shape; harmless when they are.
   * Rejects with `DATABASE_NEWER` when a newer version has written them that this one cannot work beside, and with
   * `DATABASE_MIGRATION_FAILED`.
   */
  migrate(): Promise<void>;
  /**
   * A transaction as if it were the only one (serialisable), on behalf of an organisation's id, or of `WHOLE_SYSTEM`. PostgreSQL shows and
   * takes only the organisation's rows in it, whatever the statements say; on SQLite the statements have to see to that themselves.
   * `work` may be run again when another transaction came between: it does nothing but use the transaction. Rejects with what `work`
   * rejects with, nothing being changed then, and with `DATABASE_BUSY` when others came between again and again.
   */
  inOrganization<T>(organization: string, work: (transaction: DatabaseTransaction) => Promise<T>): Promise<T>;
  /**
   * Tells all listeners of all nodes when the transaction is committed, and nobody when it is not. The same text twice in one transaction
   * may be told once. At most `LONGEST_ANNOUNCEMENT` octets.
   */
  announce(transaction: DatabaseTransaction, text: string): Promise<void>;
  /**
   * Every announcement from now on, this program's own ones included, in the order of the commits. `missed` is called when the connection
   * was lost and is there again: anything may have been announced meanwhile. Listeners do not throw.
   */
  listen(listener: (text: string) => void, missed?: () => void): Disposable;
  /** Waits for what is under way and lets go of the data. */
  close(): Promise<void>;
}

/** PostgreSQL takes less than 8,000 octets. */
export const LONGEST_ANNOUNCEMENT = 7_900;

/** @throws Bug for no organisation: that would be nobody's rows, or by mistake everybody's. */
export function checkOrganization(organization: string): void {
  if (organization === '') throw new Bug("a transaction is on behalf of an organisation's id, or of the whole system");
}
