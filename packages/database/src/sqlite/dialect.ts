import {
  type CompiledQuery,
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
import type { Row, Where } from './protocol.ts';

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
  readonly #connection: ThreadConnection;

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

  async beginTransaction(): Promise<void> {
    this.#connection.begin();
    this.#announced.begun();
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.commit();
    this.#announced.committed();
  }

  async rollbackTransaction(): Promise<void> {
    this.#announced.rolledBack();
    await this.#connection.rollBack();
  }

  async destroy(): Promise<void> {
    await this.#thread.close();
  }
}

/** Of raw statements nobody knows. */
const isRead = ({ query }: CompiledQuery) => query.kind === 'SelectQueryNode';

class ThreadConnection implements DatabaseConnection {
  readonly #thread: SqliteThread;
  /** Where the next statement runs, if it changes something; undefined: outside of transactions. */
  #where: Where | undefined;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  /** The next statement that may change something begins a transaction. */
  begin(): void {
    this.#where = 'beginning';
  }

  /** One in which nothing was changed has never begun. */
  async commit(): Promise<void> {
    const where = this.#where;
    this.#where = undefined;
    if (where === 'inside') await this.#thread.run('commit', [], where);
  }

  async rollBack(): Promise<void> {
    const where = this.#where;
    this.#where = undefined;
    if (where !== 'beginning') await this.#thread.run('rollback', [], 'undone');
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = plainParameters(query.parameters);
    // What is only read before anything is changed needs no transaction: this connection is the only one, and nobody else has it now.
    const where = this.#where === 'beginning' && isRead(query) ? undefined : this.#where;
    if (where) this.#where = 'inside';
    const { rows, changes, insertId } = await this.#thread.run(query.sql, parameters, where);
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
