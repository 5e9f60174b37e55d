import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A transaction as `kysely.transaction().execute` hands it out. */
export type DatabaseTransaction = Transaction<Tables>;

/**
 * One SQL, two engines, as a port. Statements above it are portable: no `if (postgres)` anywhere else.
 * A transaction has the database to itself: inside one, use the transaction it gives you, never `kysely`, which would wait for its end.
 */
export interface Database {
  readonly kysely: Kysely<Tables>;
  /**
   * Brings the tables to this version's shape; harmless when they are.
   * Rejects with `DATABASE_NEWER` when a newer version has written them, and with `DATABASE_MIGRATION_FAILED`.
   */
  migrate(): Promise<void>;
  /** Waits for what is under way and lets go of the data. */
  close(): Promise<void>;
}
