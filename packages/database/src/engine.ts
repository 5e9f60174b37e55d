import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** What of the tables cannot be said in one SQL; each engine says it in its own. Used by migrations alone. */
export interface Engine {
  /** Type of a column that numbers the rows of a table by itself, and its primary key: 1, 2, 3, with gaps. */
  readonly numbered: string;
  /** Lets nobody else migrate until the transaction ends. */
  lock(transaction: Kysely<Tables>): Promise<void>;
  hasTable(db: Kysely<Tables>, name: string): Promise<boolean>;
  /** Rows of the table are never changed nor removed again, whoever asks; who tries gets `DATABASE_APPEND_ONLY`. */
  appendOnly(transaction: Kysely<Tables>, table: string): Promise<void>;
  /**
   * Inside `Database.inOrganization` only rows that `owner` allows are seen and written, whatever the statement says, where the engine can
   * do that. `owner`: an SQL expression for the organisation of a row; a null one means that the row belongs to the whole system.
   */
  separate(transaction: Kysely<Tables>, table: string, owner: string): Promise<void>;
}
