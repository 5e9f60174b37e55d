import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { Bug, messageOf } from '@parley/base';
import type { Failure, Opened, OpenOptions, Reply, Request } from './protocol.ts';

/** Prepared statements kept; the program's own are fewer than that, batches of different length are not. */
const MOST_STATEMENTS = 200;

function failureOf(thrown: unknown): Failure {
  const errcode = typeof thrown === 'object' && thrown !== null && 'errcode' in thrown ? Number(thrown.errcode) : 0;
  return { message: messageOf(thrown), errcode };
}

/**
 * Opens the file and takes it for this connection alone. With the exclusive mode set before WAL is first used there is no
 * shared memory file, and a second process gets SQLITE_BUSY instead of a share; the kernel frees the lock when we die.
 */
function open({ file }: OpenOptions): DatabaseSync {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    // Objects and call records are small and rare: every commit is on the disk when it returns.
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA trusted_schema = OFF');
    database.exec('BEGIN IMMEDIATE');
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

interface Prepared {
  readonly statement: StatementSync;
  /** Whether it answers with rows: to look costs as much as a small statement. */
  readonly answers: boolean;
}

function prepare(database: DatabaseSync, sql: string): Prepared {
  const statement = database.prepare(sql);
  return { statement, answers: statement.columns().length > 0 };
}

/** Statements by their text, the least recently used one leaving. */
function statements(database: DatabaseSync): (sql: string) => Prepared {
  const kept = new Map<string, Prepared>();
  return sql => {
    const statement = kept.get(sql) ?? prepare(database, sql);
    kept.delete(sql);
    kept.set(sql, statement);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_STATEMENTS) break;
      kept.delete(oldest);
    }
    return statement;
  };
}

function serve(database: DatabaseSync, send: (reply: Reply) => void): (request: Request) => void {
  const prepared = statements(database);
  return request => {
    try {
      if ('close' in request) {
        database.close();
        send({ id: request.id, rows: [] });
        return;
      }
      const { where } = request;
      if (where === 'beginning') database.exec('BEGIN IMMEDIATE');
      if (where === 'undone' && !database.isTransaction) {
        send({ id: request.id, rows: [] });
        return;
      }
      // By itself it would be committed at once.
      if (where === 'inside' && !database.isTransaction) throw new Error('the transaction has ended');
      const { statement, answers } = prepared(request.sql);
      if (answers) send({ id: request.id, rows: statement.all(...request.parameters) });
      else {
        const { changes, lastInsertRowid } = statement.run(...request.parameters);
        send({ id: request.id, rows: [], changes: BigInt(changes), insertId: BigInt(lastInsertRowid) });
      }
    } catch (error) {
      send({ id: request.id, failure: failureOf(error) });
    }
  };
}

function main(): void {
  const port = parentPort;
  if (!port) throw new Bug('the SQLite thread was started as a program');
  const options: OpenOptions = workerData;
  const announce = (opened: Opened) => port.postMessage(opened);
  try {
    const answer = serve(open(options), reply => port.postMessage(reply));
    port.on('message', (request: Request) => {
      answer(request);
      if ('close' in request) port.close();
    });
    announce({ opened: true });
  } catch (error) {
    announce({ failure: failureOf(error) });
    port.close();
  }
}

main();
