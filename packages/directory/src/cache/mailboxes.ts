import { Bug, type Clock, type Log, messageOf, ParleyError } from '@parley/base';
import type { Mailbox } from '@parley/schema';
import type { MailboxInPlan } from '../directory.ts';
import { storedObject } from '../lookup/stored-object.ts';
import type { DirectoryRows, ObjectRow } from './directory-rows.ts';
import { type CacheBounds, type KeptMailbox, MailboxCache } from './mailbox-cache.ts';
import { keyOf, keysOf, type Question } from './questions.ts';
import type { Reachable } from './reachable.ts';
import { within } from './within.ts';

export interface MailboxesOptions {
  readonly rows: DirectoryRows;
  readonly bounds: CacheBounds;
  /** Sites of no more mailboxes than that are read whole. */
  readonly readAhead: number;
  /** Longest wait for the database, milliseconds. */
  readonly lookUpMillis: number;
  readonly reachable: Reachable;
  readonly clock: Clock;
  readonly log: Log;
  /** The mailbox with what rules it; undefined when that is not there. */
  readonly inPlan: (mailbox: Mailbox) => MailboxInPlan | undefined;
  /** Hears at once what has changed. */
  readonly refresh: () => Promise<void>;
}

/** What look-ups have come to, counted from the start. */
export interface LookUpFigures {
  /** Answered from memory. */
  hits: number;
  /** Asked of the database. */
  misses: number;
  /** Answered with what may be old, since the database did not answer. */
  stale: number;
  /** Not answered. */
  failed: number;
}

/** Questions on their way to the database; more than that means that it does not follow. */
const MOST_UNDER_WAY = 2000;

/**
 * Mailboxes as calls ask for them: a bounded cache in front of the database, or all of them where they are few. Questions come at any
 * time; what has changed is told and read (`doubt`, `doubtAll`, `catchUp`) by one who waits for each to be done.
 */
export class Mailboxes {
  readonly figures: LookUpFigures = { hits: 0, misses: 0, stale: 0, failed: 0 };
  readonly #options: MailboxesOptions;
  readonly #cache: MailboxCache;
  readonly #asked = new Map<string, Promise<MailboxInPlan | undefined>>();
  #underWay = 0;
  /** Counts what was heard of: an answer to a question from before counts as old. */
  #changes = 0;
  /** All of them are in the cache, and fresh: whoever is not there does not exist. */
  #whole = false;
  /** They are to be; what has to be read for it. */
  #ahead: { all: boolean; readonly ids: Set<string>; evicted: number } | undefined;

  constructor(options: MailboxesOptions) {
    this.#options = options;
    this.#cache = new MailboxCache(options.bounds);
  }

  get kept(): { readonly mailboxes: number; readonly bytes: number; readonly absent: number; readonly whole: boolean } {
    const { size: mailboxes, bytes, absent } = this.#cache;
    return { mailboxes, bytes, absent, whole: this.#whole };
  }

  /** Rejects with `DIRECTORY_UNAVAILABLE`. */
  ask(question: Question): Promise<MailboxInPlan | undefined> {
    const key = keyOf(question);
    const kept = this.#cache.find(key);
    if (kept?.fresh || (!kept && (this.#whole || this.#cache.isAbsent(key)))) {
      this.figures.hits++;
      return Promise.resolve(kept && this.#options.inPlan(kept.mailbox));
    }
    if (kept && this.#options.reachable.away) return Promise.resolve(this.#stale(kept));
    return this.#askDatabase(question, key, kept);
  }

  /** These have changed, were made or are gone. */
  doubt(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#heard();
    for (const id of ids) {
      this.#cache.doubt(id);
      this.#ahead?.ids.add(id);
    }
  }

  /** Anything may have changed. */
  doubtAll(): void {
    this.#heard();
    this.#cache.doubtAll();
    if (this.#ahead) this.#ahead.all = true;
  }

  /** Decides whether there are few enough to read them all, and reads what has changed of them, or all. */
  async catchUp(): Promise<void> {
    const ahead = this.#ahead;
    if (!ahead) return;
    const { rows, bounds } = this.#options;
    // A table of very many may have been imported: they are not read to find out that they no longer fit.
    if (ahead.evicted !== this.#cache.evicted || (ahead.all && (await rows.hasMore('UMMailbox', bounds.mailboxes)))) {
      this.#ahead = undefined;
      this.#whole = false;
      return;
    }
    if (ahead.all) await this.#readAll(ahead);
    else if (ahead.ids.size > 0) await this.#readChanged(ahead.ids);
    this.#whole = ahead.evicted === this.#cache.evicted;
  }

  /** Where there are few, all are read from now on. */
  async begin(): Promise<void> {
    const { rows, readAhead, bounds } = this.#options;
    if (await rows.hasMore('UMMailbox', Math.min(readAhead, bounds.mailboxes))) return;
    this.#ahead = { all: true, ids: new Set(), evicted: this.#cache.evicted };
    await this.catchUp();
  }

  #heard(): void {
    this.#changes++;
    this.#whole = false;
    // Whoever asks from now on wants an answer from after the change.
    this.#asked.clear();
  }

  async #readAll(ahead: { all: boolean; readonly ids: Set<string> }): Promise<void> {
    for (let after = ''; ; ) {
      const page = await this.#options.rows.page('UMMailbox', after);
      for (const row of page) this.#keep(row, this.#changes);
      const last = page.at(-1);
      if (!last) break;
      after = last.id;
    }
    ahead.all = false;
    ahead.ids.clear();
    this.#cache.dropOld();
  }

  async #readChanged(ids: Set<string>): Promise<void> {
    const wanted = [...ids];
    const rows = new Map((await this.#options.rows.byIds(wanted)).map(row => [row.id, row]));
    for (const id of wanted) {
      const row = rows.get(id);
      if (row) this.#keep(row, this.#changes);
      else this.#cache.drop(id);
    }
    ids.clear();
  }

  async #askDatabase(
    question: Question,
    key: string,
    kept: KeptMailbox | undefined,
  ): Promise<MailboxInPlan | undefined> {
    const { clock, lookUpMillis, reachable } = this.#options;
    this.figures.misses++;
    try {
      const found = await within(this.#shared(question, key), lookUpMillis, clock);
      reachable.succeeded();
      // It was found there, and is not any more.
      if (!found && kept) this.#cache.drop(kept.mailbox.id);
      return found;
    } catch (error) {
      if (error instanceof Bug) throw error;
      reachable.failed(error);
      if (kept) return this.#stale(kept);
      this.figures.failed++;
      throw new ParleyError('DIRECTORY_UNAVAILABLE', `the directory cannot be asked: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  #stale(kept: KeptMailbox): MailboxInPlan | undefined {
    this.figures.stale++;
    this.#options.reachable.stale();
    return this.#options.inPlan(kept.mailbox);
  }

  /** One query for all who ask the same at the same time. */
  #shared(question: Question, key: string): Promise<MailboxInPlan | undefined> {
    const asked = this.#asked.get(key);
    if (asked) return asked;
    if (this.#underWay >= MOST_UNDER_WAY)
      return Promise.reject(new ParleyError('DATABASE_BUSY', 'too many questions are waiting for the database'));
    this.#underWay++;
    const asking = this.#query(question, key).finally(() => {
      this.#underWay--;
      if (this.#asked.get(key) === asking) this.#asked.delete(key);
    });
    this.#asked.set(key, asking);
    return asking;
  }

  async #query(question: Question, key: string): Promise<MailboxInPlan | undefined> {
    const changes = this.#changes;
    const row = await this.#options.rows.find(question);
    if (row) {
      const found = this.#keep(row, changes);
      if (found) return found;
      // What rules it may have been made along with it, a moment ago.
      await this.#options.refresh();
      return this.#keep(row, changes, 'say what is wrong');
    }
    if (changes === this.#changes) this.#cache.keepAbsent(key);
    return undefined;
  }

  /** @param changes that had been heard of when the row was asked for. */
  #keep(row: ObjectRow, changes: number, say?: 'say what is wrong'): MailboxInPlan | undefined {
    const { log, inPlan } = this.#options;
    const mailbox = storedObject('UMMailbox', row, log);
    const found = mailbox && inPlan(mailbox);
    if (found)
      this.#cache.keep(mailbox, {
        keys: keysOf(found),
        length: row.document.length,
        fresh: changes === this.#changes,
      });
    else if (mailbox && say) log.error('stored object refers to a missing one', { kind: 'UMMailbox', id: row.id });
    return found;
  }
}
