import {
  type ColumnDefinitionNode,
  CompiledQuery,
  type DatabaseConnection,
  type DataTypeNode,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { CameBetween } from './failures.ts';
import type { Client, ClientPool } from './pool.ts';

/** Kysely's dialect for our pool: compiler, adapter and introspector are Kysely's own. */
export function postgresDialect(pool: ClientPool): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PoolDriver(pool),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new OctetOrderCompiler(),
  };
}

/** Texts are compared and sorted by their octets, as on SQLite, whatever language the database was made for. */
class OctetOrderCompiler extends PostgresQueryCompiler {
  #inColumn = false;

  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    this.#inColumn = true;
    super.visitColumnDefinition(node);
    this.#inColumn = false;
  }

  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (this.#inColumn && node.dataType === 'text') this.append(' collate "C"');
  }
}

class PoolDriver implements Driver {
  readonly #pool: ClientPool;

  constructor(pool: ClientPool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PoolConnection> {
    return new PoolConnection(await this.#pool.take());
  }

  async releaseConnection(connection: PoolConnection): Promise<void> {
    connection.release();
  }

  async beginTransaction(connection: DatabaseConnection, { isolationLevel }: TransactionSettings): Promise<void> {
    const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`;
    await connection.executeQuery(CompiledQuery.raw(`begin${level}`));
  }

  /** PostgreSQL answers COMMIT with ROLLBACK when a statement before it had failed, even if somebody caught that failure: perhaps because another came between. */
  async commitTransaction(connection: PoolConnection): Promise<void> {
    if ((await connection.say('commit')) === 'ROLLBACK')
      throw new CameBetween('DATABASE_FAILED', 'a statement of the transaction had failed: nothing was changed');
  }

  async rollbackTransaction(connection: PoolConnection): Promise<void> {
    await connection.say('rollback');
  }

  async destroy(): Promise<void> {
    await this.#pool.close();
  }
}

class PoolConnection implements DatabaseConnection {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changed } = await this.#client.query(sql, parameters);
    return { rows: typed<R>(rows), numAffectedRows: changed === undefined ? undefined : BigInt(changed) };
  }

  /** All rows in one piece, as on SQLite: whoever wants few asks for few (`limit`). */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  /** One of the words that rule transactions; resolves with what was done. */
  async say(word: 'commit' | 'rollback'): Promise<string> {
    return (await this.#client.query(word, [])).command;
  }

  release(): void {
    this.#client.release();
  }
}

/** The rows as the type that Kysely has inferred from the statement: the one place where SQL meets TypeScript. */
function typed<R>(rows: readonly object[]): R[];
function typed(rows: readonly object[]): readonly object[] {
  return rows;
}
