import type { Clock, Log } from '@parley/base';
import type { MediaThreads } from '@parley/media';
import { type Drafts, RemoteWriter, remoteDrafts, type Spool } from '@parley/spool';
import { isLogMessage, writeRemote } from '../glue/thread-log.ts';

/**
 * The main thread's ends of the logs that media threads write: one remote writer a thread, a new one for every start of it. When
 * a thread dies, what its log holds is recovered at once.
 */
export class SpoolWriters {
  readonly #spool: Spool;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #writers: { name: string; remote: RemoteWriter }[] = [];
  #starts = 0;

  constructor(spool: Spool, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#spool = spool;
    this.#clock = clock;
    this.#log = log;
  }

  /** The name of the log that a thread begins now; connects it with the main thread. */
  begin(threads: () => MediaThreads, thread: number): string {
    const name = `t${thread}n${++this.#starts}`;
    const post = (message: { readonly channel: 'spool' }) => threads().post(thread, message);
    this.#writers[thread] = {
      name,
      remote: new RemoteWriter(post, { clock: this.#clock, onEvent: event => this.#spool.heard(event) }),
    };
    return name;
  }

  receive(thread: number, message: unknown): void {
    if (isLogMessage(message)) writeRemote(this.#log, message);
    else if (!this.#writers[thread].remote.receive(message))
      this.#log.warn('message of an unknown channel from a media thread', { thread });
  }

  lost(thread: number, error: Error): void {
    const { name, remote } = this.#writers[thread];
    remote.died(error.message);
    this.#spool.recoverWriter(name).catch(failure =>
      this.#log.error('log of a dead media thread not recovered; the next start tries again', {
        worker: name,
        error: failure,
      }),
    );
  }

  /** Seals what is being recorded, marked as interrupted: for a process that has to end now. */
  async sealAll(): Promise<void> {
    await Promise.allSettled(this.#writers.map(({ remote }) => remote.sealAll()));
  }

  /** Drafts and notices. @param threadOf the media thread of a call; any thread's log may take a notice. */
  drafts(threadOf: (call: string) => number): Drafts {
    return remoteDrafts(call => this.#writers[threadOf(call)].remote);
  }
}
