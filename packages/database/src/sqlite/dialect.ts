import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { plainParameters } from '../parameters.ts';
import type { Announced } from './announced.ts';
import type { SqliteThread } from './connection.ts';
import type { Row } from './protocol.ts';

/** Kysely's dialect for our SQLite thread: the compiler, adapter and introspector are Kysely's own. */
export function sqliteDialect(thread: SqliteThread, announced: Announced): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(thread, announced),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** One connection. Kysely itself hands it to one user at a time, since the adapter says that there are no more of them. */
class ThreadDriver implements Driver {
  readonly #thread: SqliteThread;
  readonly #announced: Announced;
  readonly #connection: DatabaseConnection;

  constructor(thread: SqliteThread, announced: Announced) {
    this.#thread = thread;
    this.#announced = announced;
    this.#connection = new ThreadConnection(thread);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    this.#announced.begun();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
    this.#announced.committed();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#announced.rolledBack();
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async destroy(): Promise<void> {
    await this.#thread.close();
  }
}

class ThreadConnection implements DatabaseConnection {
  readonly #thread: SqliteThread;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes, insertId } = await this.#thread.run(query.sql, plainParameters(query.parameters));
    return { rows: typed<R>(rows), numAffectedRows: changes, insertId };
  }

  /** All rows in one piece: SQLite's rows are here at once, and whoever wants few asks for few (`limit`). */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

/** The rows as the type that Kysely has inferred from the statement: the one place where SQL meets TypeScript. */
function typed<R>(rows: readonly Row[]): R[];
function typed(rows: readonly Row[]): readonly Row[] {
  return rows;
}
