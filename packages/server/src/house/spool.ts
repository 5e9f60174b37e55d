import { statfs } from 'node:fs/promises';
import { type Clock, type Log, messageOf, type Timer } from '@parley/base';
import type { MediaThreads } from '@parley/media';
import { type Draft, type Drafts, type Envelope, RemoteWriter, remoteDrafts, type Spool } from '@parley/spool';
import { isLogMessage, writeRemote } from '../glue/thread-log.ts';

/** How long new calls stay away after the disk failed. */
const AFTER_FAILURE_MILLIS = 3000;
const LOOK_MILLIS = 1000;

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

  /** Drafts and notices. @param threadOf the media thread of a call; any thread's log may take a notice. */
  drafts(threadOf: (call: string) => number): Drafts {
    return remoteDrafts(call => this.#writers[threadOf(call)].remote);
  }
}

/** Whether the spool can take recordings: it has room, and it did not just fail. */
export class SpoolHealth {
  readonly #options: {
    readonly folder: string;
    readonly reserveBytes: number | undefined;
    readonly clock: Clock;
    readonly log: Log;
  };
  #free = 0;
  #room = true;
  #failedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: {
    readonly folder: string;
    readonly reserveBytes: number | undefined;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#options = options;
  }

  get takes(): boolean {
    return this.#room && this.#options.clock.monotonic() - this.#failedAt > AFTER_FAILURE_MILLIS;
  }

  get freeBytes(): number {
    return this.#free;
  }

  /** Looks now, and once a second from here on. */
  async watch(): Promise<void> {
    const { folder, reserveBytes, clock, log } = this.#options;
    try {
      const disk = await statfs(folder);
      this.#free = disk.bavail * disk.bsize;
      const reserve = reserveBytes ?? Math.min(512 * 1024 * 1024, (disk.blocks * disk.bsize) / 20);
      const room = this.#free >= reserve;
      if (room !== this.#room)
        log[room ? 'info' : 'error'](room ? 'spool has room again' : 'spool is full: no new calls', {
          freeBytes: this.#free,
          reserveBytes: reserve,
        });
      this.#room = room;
    } catch (error) {
      if (this.#room) log.error('spool cannot be looked at: no new calls', { folder, reason: messageOf(error) });
      this.#room = false;
    }
    if (!this.#closed) this.#timer = clock.after(LOOK_MILLIS, () => void this.watch());
  }

  /** The same drafts, watched: when the log fails, no new calls come in for a moment. */
  watched(drafts: Drafts): Drafts {
    const failed = (error: unknown): never => {
      this.#failedAt = this.#options.clock.monotonic();
      this.#options.log.error('spool failed: no new calls for a moment', { reason: messageOf(error) });
      throw error;
    };
    const watchedDraft = (draft: Draft): Draft => ({
      id: draft.id,
      take: role => draft.take(role),
      mark: choice => draft.mark(choice),
      accept: changes => draft.accept(changes).catch(failed),
      seal: changes => draft.seal(changes).catch(failed),
      discard: () => draft.discard().catch(failed),
    });
    return {
      begin: (call: string, envelope: Envelope) => drafts.begin(call, envelope).then(watchedDraft, failed),
      notice: (key, envelope) => drafts.notice(key, envelope).catch(failed),
    };
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }
}
