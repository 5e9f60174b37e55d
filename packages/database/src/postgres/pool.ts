import { codeOf, type Log, messageOf } from '@parley/base';
import pg from 'pg';
import { plainParameters } from '../parameters.ts';
import { leavesConnectionWhole, operationalFailure } from './failures.ts';
import type { Place } from './place.ts';
import { valueTypes } from './values.ts';

/** What connections may cost, milliseconds. */
export interface Budgets {
  /** To get a connection: a free one, or a new one. */
  readonly connectMillis: number;
  readonly statementMillis: number;
  /** To wait for what another transaction holds. */
  readonly lockMillis: number;
  /** Between two statements of one transaction. */
  readonly idleMillis: number;
}

export interface PoolOptions {
  readonly place: Place;
  /** Most connections at once. */
  readonly connections: number;
  readonly budgets: Budgets;
  readonly log: Log;
}

export interface Answer {
  readonly rows: readonly object[];
  readonly changed: number | undefined;
  /** `INSERT`, `COMMIT`, ... */
  readonly command: string;
}

const CHANGES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];

/** The server ends a statement first; when it does not answer at all, we do, so much later. */
const GRACE_MILLIS = 5_000;

/** After so long without work a connection is closed. */
const IDLE_CONNECTION_MILLIS = 60_000;

/** What `pg` is given for any connection to the place. */
export function clientConfig(place: Place, { connectMillis, statementMillis }: Budgets): pg.ClientConfig {
  const { host, port, user, password, database, tls } = place;
  return {
    host,
    port,
    user,
    // A function: otherwise the library looks into the environment and ~/.pgpass for one.
    password: () => password ?? '',
    database,
    ssl: tls,
    application_name: 'parley',
    client_encoding: 'utf8',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: connectMillis,
    query_timeout: statementMillis + GRACE_MILLIS,
    types: valueTypes,
  };
}

/** Connections to one database, made when they are needed, at most so many. */
export class ClientPool {
  readonly #pool: pg.Pool;
  readonly #place: Place;
  readonly #budgets: Budgets;
  readonly #ready = new WeakSet<pg.PoolClient>();
  #closing: Promise<void> | undefined;

  constructor({ place, connections, budgets, log }: PoolOptions) {
    this.#place = place;
    this.#budgets = budgets;
    const config = clientConfig(place, budgets);
    this.#pool = new pg.Pool({ ...config, max: connections, idleTimeoutMillis: IDLE_CONNECTION_MILLIS });
    const lost = (error: Error) => log.warn('database connection lost', { why: messageOf(error) });
    // Of a connection that nobody uses, and of one in use, whose statement fails beside that.
    this.#pool.on('error', lost);
    this.#pool.on('connect', client => void client.on('error', lost));
  }

  /** A connection for one user, ready to work. Rejects with `DATABASE_UNREACHABLE`, `DATABASE_REFUSED`, `DATABASE_BUSY`. */
  async take(): Promise<Client> {
    const client = new Client(await this.#connect(), this.#place.shown);
    try {
      await this.#makeReady(client);
      return client;
    } catch (error) {
      client.release();
      throw error;
    }
  }

  /** Waits for who uses a connection, and closes all. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw operationalFailure(this.#place.shown, error);
    }
  }

  /** The budgets of the session; without a word about the organisation it is the whole system's. */
  async #makeReady(client: Client): Promise<void> {
    if (this.#ready.has(client.connection)) return;
    const { statementMillis, lockMillis, idleMillis } = this.#budgets;
    const settings = {
      statement_timeout: statementMillis,
      lock_timeout: lockMillis,
      idle_in_transaction_session_timeout: idleMillis,
      'parley.organization': '*',
    };
    const calls = Object.keys(settings).map((name, index) => `set_config('${name}', $${index + 1}, false)`);
    await client.query(`select ${calls.join(', ')}`, Object.values(settings).map(String));
    this.#ready.add(client.connection);
  }
}

/** A connection lent out. */
export class Client {
  readonly connection: pg.PoolClient;
  readonly #where: string;
  #isBroken = false;

  constructor(connection: pg.PoolClient, where: string) {
    this.connection = connection;
    this.#where = where;
  }

  /** Runs one statement. Rejects with a catalogued error; the connection is not used again when that was about the connection. */
  async query(sql: string, parameters: readonly unknown[]): Promise<Answer> {
    try {
      const { rows, rowCount, command } = await this.connection.query<object>(sql, plainParameters(parameters));
      return { rows, command, changed: CHANGES.includes(command) ? (rowCount ?? 0) : undefined };
    } catch (error) {
      // A number of ours that the library could not make: the statement itself has been answered.
      if (!leavesConnectionWhole(error) && codeOf(error) !== 'DATABASE_FAILED') this.#isBroken = true;
      throw operationalFailure(this.#where, error);
    }
  }

  release(): void {
    this.connection.release(this.#isBroken);
  }
}
