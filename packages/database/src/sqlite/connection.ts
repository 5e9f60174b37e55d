import { Worker } from 'node:worker_threads';
import { type Deferred, defer, type Log, messageOf, ParleyError } from '@parley/base';
import type { Cell } from '../parameters.ts';
import { operationalFailure } from './failures.ts';
import type { Opened, OpenOptions, Reply, Request, Where } from './protocol.ts';

type Answered = Exclude<Reply, { readonly failure: unknown }>;

/** Statements on their way; more than that means that the disk does not follow, and the caller is told so. */
const MOST_PENDING = 10_000;

/** The one connection to an SQLite file, on a thread of its own: no statement ever blocks a call. */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #file: string;
  readonly #log: Log;
  readonly #pending = new Map<number, Deferred<Answered>>();
  readonly #opened = defer<void>();
  #next = 1;
  #gone: ParleyError | undefined;

  private constructor(options: OpenOptions, log: Log) {
    this.#file = options.file;
    this.#log = log;
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: options, name: 'sqlite' });
    this.#worker.once('message', (opened: Opened) => this.#onOpened(opened));
    this.#worker.on('error', error => this.#onGone(messageOf(error)));
    this.#worker.on('exit', () => this.#onGone('its thread has ended'));
  }

  /** Starts the thread; resolves when the file is open and ours alone. */
  static async open(options: OpenOptions, log: Log): Promise<SqliteThread> {
    const thread = new SqliteThread(options, log);
    await thread.#opened.promise;
    return thread;
  }

  /** Runs one statement; statements run in the order they are given. Rejects with `DATABASE_FAILED` or a more exact code. */
  run(sql: string, parameters: readonly Cell[] = [], where?: Where): Promise<Answered> {
    return this.#ask(id => ({ id, sql, parameters, ...(where && { where }) }));
  }

  /** Closes the file after everything before it, and ends the thread. */
  async close(): Promise<void> {
    if (this.#gone) return;
    const ended = new Promise<void>(resolve => this.#worker.once('exit', () => resolve()));
    await this.#ask(id => ({ id, close: true }));
    await ended;
  }

  #ask(request: (id: number) => Request): Promise<Answered> {
    if (this.#gone) return Promise.reject(this.#gone);
    if (this.#pending.size >= MOST_PENDING)
      return Promise.reject(new ParleyError('DATABASE_BUSY', `${this.#file}: too many statements are waiting`));
    const id = this.#next++;
    const answered = defer<Answered>();
    this.#pending.set(id, answered);
    this.#worker.postMessage(request(id));
    return answered.promise;
  }

  #onOpened(opened: Opened): void {
    if ('failure' in opened) {
      this.#gone = operationalFailure(this.#file, opened.failure);
      this.#opened.reject(this.#gone);
      return;
    }
    this.#worker.on('message', (reply: Reply) => this.#onReply(reply));
    this.#opened.resolve();
  }

  #onReply(reply: Reply): void {
    const answered = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ('failure' in reply) answered?.reject(operationalFailure(this.#file, reply.failure));
    else answered?.resolve(reply);
  }

  #onGone(why: string): void {
    this.#gone ??= new ParleyError('DATABASE_CLOSED', `${this.#file} is closed: ${why}`);
    this.#opened.reject(this.#gone);
    if (this.#pending.size > 0) this.#log.error('database thread ended', { why, waiting: this.#pending.size });
    for (const answered of this.#pending.values()) answered.reject(this.#gone);
    this.#pending.clear();
  }
}
