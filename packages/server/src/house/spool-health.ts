import { open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, messageOf, type Timer } from '@parley/base';
import type { Draft, Drafts, Envelope } from '@parley/spool';

const LOOK_MILLIS = 1000;
const PROBE = Buffer.alloc(4096);

export interface SpoolHealthOptions {
  readonly folder: string;
  /** Where recordings go when that one fails. */
  readonly fallback?: string;
  /** Room that stays free, bytes; the smaller of 5 % of the disk and 512 MiB when left out. */
  readonly reserveBytes: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Whether the spool can take recordings: its disk has room, and after a failure it is written to until it works again. A call that
 * failed for another reason (its media thread died) turns nobody away, because the disk is asked and not the error.
 */
export class SpoolHealth {
  readonly #options: SpoolHealthOptions;
  #free = 0;
  #takes = true;
  #suspected = false;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(options: SpoolHealthOptions) {
    this.#options = options;
  }

  get takes(): boolean {
    return this.#takes;
  }

  /** Room where recordings are written: of the fallback, when only that one takes them. */
  get freeBytes(): number {
    return this.#free;
  }

  /** Looks now, and once a second from here on. */
  async watch(): Promise<void> {
    await this.#look();
    if (!this.#closed) this.#timer = this.#options.clock.after(LOOK_MILLIS, () => void this.watch());
  }

  /** The same drafts, watched: when the log fails, the disk is looked at. */
  watched(drafts: Drafts): Drafts {
    const failed = (error: unknown): never => {
      this.#suspected = true;
      void this.#look();
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

  /** One look at a time: calls that fail together must not get into the way of each other's probes. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const { folder, fallback, log } = this.#options;
    const suspected = this.#suspected;
    let problem = await this.#problemOf(folder, suspected);
    if (problem !== undefined && fallback !== undefined) {
      const further = await this.#problemOf(fallback, suspected);
      problem = further === undefined ? undefined : `${problem}; ${further}`;
    }
    const takes = problem === undefined;
    if (takes && suspected) this.#suspected = false;
    if (takes !== this.#takes) {
      if (takes) log.info('spool takes recordings again', { freeBytes: this.#free });
      else log.error('spool cannot take recordings: no new calls', { folder, problem });
    }
    this.#takes = takes;
  }

  async #problemOf(folder: string, suspected: boolean): Promise<string | undefined> {
    const { reserveBytes } = this.#options;
    try {
      const { bavail, bsize, blocks } = await statfs(folder);
      this.#free = bavail * bsize;
      const reserve = reserveBytes ?? Math.min(512 * 1024 * 1024, (blocks * bsize) / 20);
      if (this.#free < reserve)
        return `${this.#free} bytes are free in ${folder}, ${Math.round(reserve)} are kept in reserve`;
      if (suspected) await writeTo(join(folder, 'probe'));
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}

/** Writes and syncs a little file: what a recording needs of the disk. */
async function writeTo(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.write(PROBE);
    await file.datasync();
  } finally {
    await file.close();
  }
  await unlink(path);
}
