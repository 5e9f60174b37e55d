import { type Clock, type Log, messageOf, ParleyError, type Timer } from '@parley/base';
import type { Disk, DiskLock } from '../disk/disk.ts';
import type { LoggedItem } from '../item.ts';
import type { WriterEvent } from '../protocol.ts';
import type { AudioPiece } from '../record/audio.ts';
import { RecordType } from '../record/record.ts';
import { Book, type StateRecord } from './book.ts';
import { type SpoolContext, type SpoolLimits, trying } from './context.ts';
import { DeliveryLog } from './delivery-log.ts';
import { type Entry, itemOfEntry, type SpoolItem } from './entry.ts';
import { exportWav } from './export.ts';
import { SpoolFolders } from './folders.ts';
import { type LentAudio, readAudio } from './loan.ts';
import { finishItem, hasFolder, moveItem, noteDelivered, strike } from './move.ts';
import { recoverDraft } from './recovery.ts';
import { enter, recoverAll, recoverWorker, recoveryContext } from './start.ts';
import { tidy } from './tidy.ts';
import type { WriterLog } from './writer-log.ts';

export interface SpoolOptions {
  readonly disk: Disk;
  /** `spool/<node>`; made when it is missing, its parent too. */
  readonly folder: string;
  /** Where the writers fall back to when `folder` fails; made when it is missing. */
  readonly fallback?: string;
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of an item that begins to wait: sealed just now, found of a dead worker, or brought back by `retry`. */
  readonly onItem?: (item: SpoolItem) => void;
  /** Makes a WAV file of a recording in G.722, for `exportItem`; without it such a recording is not exported. */
  readonly wideWav?: (audio: AsyncIterable<AudioPiece>) => Promise<Uint8Array>;
  readonly limits?: Partial<SpoolLimits>;
}

/** Figures for health and metrics. */
export interface SpoolFigures {
  readonly waiting: number;
  readonly dead: number;
  /** Age of the oldest item that waits, milliseconds; 0 when none does. */
  readonly oldestMillis: number;
  readonly segments: number;
}

/** Tidying follows a delivery or the end of a segment after so long, so that many of them are tidied together. */
const SOON = 1000;
const LONGEST_WHY = 500;

/**
 * The book of what waits to be delivered: recovery of what dead writers left, a feed from the living ones, and how far every
 * delivery is. One process has a folder; nothing in it is removed before it was delivered, erased or put where a person finds it.
 */
export class Spool {
  readonly #onItem: (item: SpoolItem) => void;
  readonly #wideWav: SpoolOptions['wideWav'];
  readonly #book = new Book();
  readonly #context: SpoolContext;
  #lock: DiskLock | undefined;
  #timer: Timer | undefined;
  #soon = false;
  #closed = false;
  #last: Promise<void> = Promise.resolve();

  private constructor(options: SpoolOptions) {
    const { disk, folder, fallback, node, clock, log, onItem } = options;
    const book = this.#book;
    this.#onItem = onItem ?? (() => {});
    this.#wideWav = options.wideWav;
    this.#context = {
      disk,
      node,
      clock,
      log,
      limits: { moveAfterMillis: 10 * 60_000, sweepMillis: 30_000, ...options.limits },
      folders: new SpoolFolders(disk, folder, fallback),
      book,
      delivery: new DeliveryLog(disk, { folder, node, clock, log, snapshot: () => book.snapshot() }),
    };
  }

  /**
   * Opens the folder and recovers what is in it; no writer may run yet. Rejects with `SPOOL_LOCKED` when another process has
   * it, with `SPOOL_NEWER` when a newer program wrote it.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    const { folders, log } = spool.#context;
    await folders.make(log);
    spool.#lock = await folders.lock();
    try {
      await folders.checkFormat();
      await recoverAll(spool.#context);
    } catch (error) {
      await spool.#lock.release();
      throw error;
    }
    await spool.sweep();
    return spool;
  }

  /** All items, the oldest first; what was delivered is gone. */
  list(): SpoolItem[] {
    const entries = [...this.#book.entries.values()].filter(entry => !entry.delivered);
    return entries.map(itemOfEntry).sort((a, b) => a.sealedAt - b.sealedAt || (a.id < b.id ? -1 : 1));
  }

  /** One item, undefined when there is none (any more). */
  show(id: string): SpoolItem | undefined {
    const entry = this.#book.entries.get(id);
    return entry && !entry.delivered ? itemOfEntry(entry) : undefined;
  }

  /** Asked at every scrape and look at the status, however much waits: one pass, nothing sorted. */
  figures(): SpoolFigures {
    const now = this.#context.clock.wall();
    const figures = { waiting: 0, dead: 0, segments: 0 };
    let oldest = now;
    for (const { delivered, where, item } of this.#book.entries.values()) {
      if (delivered) continue;
      if (where === 'dead') figures.dead++;
      else {
        figures.waiting++;
        oldest = Math.min(oldest, item.sealedAt);
      }
    }
    for (const log of this.#book.logs.values()) figures.segments += log.segments.length;
    return { ...figures, oldestMillis: now - oldest };
  }

  /** Takes what a writer says of its log; see `SpoolWriterOptions.onEvent`. */
  heard(event: WriterEvent): void {
    const log = this.#book.logOf(event.writer, event.worker);
    switch (event.on) {
      case 'segment':
        log.opened(event);
        return;
      case 'segment closed':
        log.closed(event.number, event.end);
        this.#sweepSoon();
        return;
      case 'began':
        if (!this.#book.knows(event.id)) log.live.set(event.id, event.first);
        return;
      case 'sealed':
        log.live.delete(event.item.id);
        this.#add(event.item, log);
        return;
      case 'dropped':
        log.live.delete(event.id);
        this.#over(event, log);
        return;
      case 'failed':
        void this.#serially(() =>
          trying(this.#context.log, 'failed recording not recovered', () => this.#recoverFailed(log, event)),
        );
    }
  }

  /** The audio of an item, read by this process; see `readAudio`. */
  async *audio(id: string): AsyncGenerator<AudioPiece> {
    const { loan, giveBack } = this.lend(id);
    try {
      yield* readAudio(this.#context.disk, loan);
    } finally {
      giveBack();
    }
  }

  /** The audio of an item for whoever reads it, with `readAudio`; it is not moved before it is given back, but may be delivered and gone. */
  lend(id: string): LentAudio {
    const entry = this.#need(id);
    const { log, item } = entry;
    entry.readers++;
    const takes = item.takes.map(({ keepMillis, refs }) => ({ keepMillis, refs }));
    const segments = log.segments.map(({ path, base, end }) => ({ path, base, end }));
    return {
      loan: { salt: { head: log.salt.head, body: log.salt.body }, segments, takes },
      giveBack: () => {
        entry.readers--;
      },
    };
  }

  /** A delivery begins. Returns its number, from 1. */
  delivering(id: string): number {
    const entry = this.#need(id);
    entry.attempts++;
    this.#note(entry, RecordType.delivering);
    return entry.attempts;
  }

  /**
   * It was delivered: resolves when that is synced and the item is gone. Rejects with `SPOOL_FAILED` or the disk's error when
   * that could not be noted: this process does not deliver it again all the same, and notes it as soon as it can.
   */
  async delivered(id: string): Promise<void> {
    const entry = this.#book.entries.get(id);
    if (!entry) return;
    await noteDelivered(this.#context, entry);
    if (hasFolder(entry)) await this.#serially(() => finishItem(this.#context, entry));
    else strike(this.#context, entry);
    this.#sweepSoon();
  }

  /** It was refused. Returns how often it was refused for good so far. */
  refused(id: string, how: { readonly permanent: boolean; readonly why: string }): number {
    const entry = this.#need(id);
    entry.why = how.why.slice(0, LONGEST_WHY);
    if (how.permanent) entry.refusals++;
    this.#note(entry, RecordType.refused);
    return entry.refusals;
  }

  /** Nobody takes it: moves it to `dead/`, where it stays until `retry` or a person's hand. */
  async dead(id: string, why: string): Promise<void> {
    const entry = this.#need(id);
    await this.#serially(() => moveItem(this.#context, entry, 'dead'));
    entry.why = why.slice(0, LONGEST_WHY);
    this.#note(entry, RecordType.dead);
    await this.#context.delivery.synced();
  }

  /** Brings a dead item back. */
  async retry(id: string): Promise<void> {
    const entry = this.#need(id);
    if (entry.where !== 'dead') return;
    await this.#serially(() => moveItem(this.#context, entry, 'pending'));
    entry.refusals = 0;
    this.#note(entry, RecordType.retried);
    await this.#context.delivery.synced();
    this.#onItem(itemOfEntry(entry));
  }

  /** A person wants a dead item gone for good. Rejects with `SPOOL_WAITING` when it is on its way to its mailbox. */
  async discard(id: string): Promise<void> {
    const entry = this.#need(id);
    if (entry.where !== 'dead')
      throw new ParleyError('SPOOL_WAITING', `${id} is on its way to its mailbox: only dead letters can be discarded`);
    await this.delivered(id);
  }

  /** Copies an item to a folder for a person: `<id>.json`, and for a message `<id>.wav`. Returns the paths. */
  async exportItem(id: string, toFolder: string): Promise<string[]> {
    const item = itemOfEntry(this.#need(id));
    const audio = () => this.audio(id);
    return exportWav(this.#context.disk, toFolder, { item, audio, ...(this.#wideWav && { wideWav: this.#wideWav }) });
  }

  /** A media worker died while this process lives: what its log holds begins to wait. Its successor needs a name of its own. */
  async recoverWriter(worker: string): Promise<void> {
    await this.#serially(async () => {
      for (const entry of await recoverWorker(this.#context, worker)) this.#onItem(itemOfEntry(entry));
    });
    this.#sweepSoon();
  }

  /** Moves out what waits too long and removes what nobody needs. Runs by itself; failures are logged and tried again. */
  async sweep(): Promise<void> {
    this.#soon = false;
    let more = false;
    await this.#serially(async () => {
      more = await tidy(this.#context);
    });
    this.#schedule(more || this.#soon ? SOON : this.#context.limits.sweepMillis);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#last;
    try {
      await this.#context.delivery.close();
    } finally {
      await this.#lock?.release();
    }
  }

  #need(id: string): Entry {
    const entry = this.#book.entries.get(id);
    if (!entry || entry.delivered) throw new ParleyError('SPOOL_UNKNOWN', `there is no item ${id} in the spool`);
    return entry;
  }

  #add(item: LoggedItem, log: WriterLog): void {
    if (!this.#book.knows(item.id)) this.#onItem(itemOfEntry(enter(this.#context, item, { log, recovered: false })));
  }

  #over(draft: { id: string; first: number; last: number }, log: WriterLog): void {
    const { id, first, last } = draft;
    if (!this.#book.entries.has(id)) log.finished.set(id, { first, last });
  }

  /** What the disk holds of a draft that failed is still a message, when there is enough of it. */
  async #recoverFailed(log: WriterLog, draft: { id: string; first: number; last: number }): Promise<void> {
    const { book } = this.#context;
    const item = await recoverDraft(
      log,
      draft.id,
      recoveryContext(this.#context, id => book.knows(id)),
    );
    log.live.delete(draft.id);
    if (item) this.#add(item, log);
    else this.#over(draft, log);
  }

  /** Notes how far an item is. Nothing depends on it being synced: it is only about how often and why. */
  #note(entry: Entry, type: StateRecord): void {
    const { attempts, refusals, why } = entry;
    const { delivery, log } = this.#context;
    try {
      delivery.note(type, entry.item.id, { attempts, refusals, ...(why !== undefined && { why }) });
    } catch (error) {
      log.warn('delivery log not written', { item: entry.item.id, message: messageOf(error) });
    }
  }

  /** One change of the folder at a time. */
  #serially(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {
      // Whoever asked for this work hears of its failure; the next one is not concerned.
    });
    return done;
  }

  #sweepSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    this.#schedule(SOON);
  }

  #schedule(millis: number): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    this.#timer = this.#context.clock.after(millis, () => void this.sweep());
  }
}
