import { Bug } from '@parley/base';
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
import type { SqliteThread } from './connection.ts';
import type { Cell, Row } from './protocol.ts';

/** Kysely's dialect for our SQLite thread: the compiler, adapter and introspector are Kysely's own. */
export function sqliteDialect(thread: SqliteThread): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(thread),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** One connection. Kysely itself hands it to one user at a time, since the adapter says that there are no more of them. */
class ThreadDriver implements Driver {
  readonly #thread: SqliteThread;
  readonly #connection: DatabaseConnection;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
    this.#connection = new ThreadConnection(thread);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
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
    const { rows, changes, insertId } = await this.#thread.run(query.sql, query.parameters.map(cellOf));
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

/** A parameter as SQLite takes it; anything else is a mistake in our own statement. */
function cellOf(parameter: unknown): Cell {
  if (parameter === null || typeof parameter === 'string' || typeof parameter === 'number') return parameter;
  if (typeof parameter === 'bigint' || parameter instanceof Uint8Array) return parameter;
  throw new Bug(`a ${typeof parameter} cannot be a parameter of a statement`);
}
