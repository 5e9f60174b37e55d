import { type Clock, isUlid, type Log, messageOf, ParleyError, type Timer } from '@parley/base';
import type { Disk, DiskLock } from '../disk/disk.ts';
import type { LoggedItem } from '../item.ts';
import { RecordReader } from '../log/record-reader.ts';
import type { WriterEvent } from '../protocol.ts';
import { type AudioPiece, TakeCursor } from '../record/audio.ts';
import { RecordType } from '../record/record.ts';
import { Book, type StateRecord } from './book.ts';
import { type Delivery, DeliveryLog, readDeliveryLog } from './delivery-log.ts';
import { describeItem, type Entry, entryOf, itemOfEntry, type SpoolItem } from './entry.ts';
import { exportWav } from './export.ts';
import { parentOf, SpoolFolders, unlessGone } from './folders.ts';
import { readItemFolder, removeFolder, removeItemFolder, writeItemFolder } from './item-folder.ts';
import { type RecoveryContext, recoverDraft, recoverLog, sortFiles } from './recovery.ts';
import { inOrder, type Segment, type WriterLog } from './writer-log.ts';

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
  readonly limits?: Partial<SpoolLimits>;
}

export interface SpoolLimits {
  /** An item that waits so long in a segment is moved out. 10 minutes. */
  readonly moveAfterMillis: number;
  /** How often the folder is tidied. 30 s. */
  readonly sweepMillis: number;
}

/** Figures for health and metrics. */
export interface SpoolFigures {
  readonly waiting: number;
  readonly dead: number;
  /** Age of the oldest item that waits, milliseconds; 0 when none does. */
  readonly oldestMillis: number;
  readonly segments: number;
}

/**
 * The book of what waits to be delivered: recovery of what dead writers left, a feed from the living ones, and how far every
 * delivery is. One process has a folder; nothing in it is removed before it was delivered, erased or put where a person finds it.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #limits: SpoolLimits;
  readonly #folders: SpoolFolders;
  readonly #book = new Book();
  readonly #delivery: DeliveryLog;
  #lock: DiskLock | undefined;
  #timer: Timer | undefined;
  #soon = false;
  #closed = false;
  #last: Promise<void> = Promise.resolve();

  private constructor(options: SpoolOptions) {
    const { disk, folder, fallback, node, clock, log } = options;
    this.#options = options;
    this.#limits = { moveAfterMillis: 10 * 60_000, sweepMillis: 30_000, ...options.limits };
    this.#folders = new SpoolFolders(disk, folder, fallback);
    this.#delivery = new DeliveryLog(disk, { folder, node, clock, log, snapshot: () => this.#book.snapshot() });
  }

  /**
   * Opens the folder and recovers what is in it; no writer may run yet. Rejects with `SPOOL_LOCKED` when another process has
   * it, with `SPOOL_NEWER` when a newer program wrote it.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    await spool.#folders.make(options.log);
    spool.#lock = await spool.#folders.lock();
    try {
      await spool.#folders.checkFormat();
      await spool.#recover();
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

  figures(): SpoolFigures {
    const items = this.list();
    const waiting = items.filter(item => item.state === 'waiting');
    const oldest = waiting[0]?.sealedAt ?? this.#options.clock.wall();
    let segments = 0;
    for (const log of this.#book.logs.values()) segments += log.segments.length;
    return {
      waiting: waiting.length,
      dead: items.length - waiting.length,
      oldestMillis: Math.max(0, this.#options.clock.wall() - oldest),
      segments,
    };
  }

  /** Takes what a writer says of its log; see `SpoolWriterOptions.onEvent`. */
  heard(event: WriterEvent): void {
    const log = this.#book.logOf(event.writer, event.worker);
    switch (event.on) {
      case 'segment': {
        const { number, path, base } = event;
        if (!log.segments.some(segment => segment.path === path))
          log.segments.push({ number, path, base, end: undefined, damaged: false });
        return;
      }
      case 'segment closed':
        for (const segment of log.segments) if (segment.number === event.number) segment.end ??= event.end;
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
        if (!this.#book.entries.has(event.id)) log.finished.set(event.id, { first: event.first, last: event.last });
        return;
      case 'failed':
        this.#later('failed recording not recovered', () => this.#recoverFailed(log, event));
    }
  }

  /** The audio of an item: its takes in order, cut to what is kept; what could not be read is a gap of its length. */
  async *audio(id: string): AsyncGenerator<AudioPiece> {
    const entry = this.#need(id);
    const { log, item } = entry;
    const reader = new RecordReader(this.#options.disk, log.salt, () => log.segments);
    entry.readers++;
    try {
      for (const take of item.takes) {
        const cursor = new TakeCursor(take.keepMillis);
        for (const ref of take.refs) {
          if (cursor.done) break;
          const body = await reader.read(ref);
          if (body) yield* cursor.pieces(Buffer.from(body));
        }
      }
    } finally {
      entry.readers--;
      await reader.close();
    }
  }

  /** A delivery begins. Returns its number, from 1. */
  delivering(id: string): number {
    const entry = this.#need(id);
    entry.attempts++;
    this.#note(entry, RecordType.delivering);
    return entry.attempts;
  }

  /** It was delivered: resolves when that is synced and the item is gone. Rejects with `SpoolFailed`; it is not delivered again by this process then. */
  async delivered(id: string): Promise<void> {
    const entry = this.#book.entries.get(id);
    if (!entry) return;
    entry.delivered = true;
    await this.#serially(() => this.#finish(entry));
    this.#sweepSoon();
  }

  /** It was refused. Returns how often it was refused for good so far. */
  refused(id: string, how: { readonly permanent: boolean; readonly why: string }): number {
    const entry = this.#need(id);
    entry.why = how.why.slice(0, 500);
    if (how.permanent) entry.refusals++;
    this.#note(entry, RecordType.refused);
    return entry.refusals;
  }

  /** Nobody takes it: moves it to `dead/`, where it stays until `retry` or a person's hand. */
  async dead(id: string, why: string): Promise<void> {
    const entry = this.#need(id);
    await this.#serially(() => this.#move(entry, 'dead'));
    entry.why = why.slice(0, 500);
    this.#note(entry, RecordType.dead);
    await this.#delivery.synced();
  }

  /** Brings a dead item back. */
  async retry(id: string): Promise<void> {
    const entry = this.#need(id);
    if (entry.where !== 'dead') return;
    await this.#serially(() => this.#move(entry, 'pending'));
    entry.refusals = 0;
    this.#note(entry, RecordType.retried);
    await this.#delivery.synced();
    this.#options.onItem?.(itemOfEntry(entry));
  }

  /** Copies an item to a folder for a person: `<id>.json` and `<id>.wav`. Returns the paths. */
  async exportItem(id: string, toFolder: string): Promise<string[]> {
    const item = itemOfEntry(this.#need(id));
    return exportWav(this.#options.disk, toFolder, { item, audio: this.audio(id) });
  }

  /** A media worker died while this process lives: what its log holds begins to wait. Its successor needs a name of its own. */
  recoverWriter(worker: string): Promise<void> {
    return this.#serially(() => this.#recoverWorker(worker));
  }

  /** Moves out what waits too long and removes what nobody needs. Runs by itself; failures are logged and tried again. */
  async sweep(): Promise<void> {
    await this.#serially(() => this.#tidy());
    this.#schedule(this.#limits.sweepMillis);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#last;
    try {
      await this.#delivery.close();
    } finally {
      await this.#lock?.release();
    }
  }

  // --- recovery ---

  async #recover(): Promise<void> {
    const { known, damaged } = await readDeliveryLog(this.#options.disk, `${this.#folders.root}/delivery.log`);
    if (damaged) this.#options.log.error('delivery log damaged', { why: damaged });
    await this.#loadFolders(known);
    const context = this.#context(id => known.get(id)?.over === true || this.#book.entries.has(id));
    const files = await sortFiles(await this.#folders.segments(), this.#book.logs, context);
    const read: boolean[] = [];
    for (const log of files.touched) read.push(await this.#recoverLog(log, { context, known }));
    if (files.skipped.length > 0 || read.includes(false))
      this.#book.keep = [...known].filter(([, { over }]) => over).map(([id]) => id);
    await this.#begin();
    for (const path of files.unreadable) await this.#trying('not put aside', () => this.#putAside(path));
    for (const path of files.empty) await this.#trying('not removed', () => this.#removeFile(path));
  }

  /** Returns whether the log could be read; what could not is left as it is for the next start. */
  async #recoverLog(
    log: WriterLog,
    from: { context: RecoveryContext; known: Map<string, Delivery> },
  ): Promise<boolean> {
    try {
      for (const item of await recoverLog(log, from.context))
        restore(this.#enter(item, log, true), from.known.get(item.id));
      return true;
    } catch (error) {
      this.#options.log.error('spool log not recovered', { worker: log.worker, message: messageOf(error) });
      this.#book.logs.delete(log.writer);
      return false;
    }
  }

  /** Begins the delivery log anew, so that it does not grow from start to start. */
  async #begin(): Promise<void> {
    try {
      await this.#delivery.renew();
    } catch (error) {
      this.#options.log.error('delivery log not renewed', { message: messageOf(error) });
    }
  }

  async #loadFolders(known: ReadonlyMap<string, Delivery>): Promise<void> {
    for (const where of ['pending', 'dead'] as const)
      for (const name of await this.#options.disk.list(this.#folders[where])) {
        const path = `${this.#folders[where]}/${name}`;
        // A copy that was not finished: what it was made of is still in the segments.
        if (name.startsWith('tmp-')) await removeFolder(this.#options.disk, path);
        else if (isUlid(name))
          await this.#trying('spool item not loaded', () => this.#loadFolder(path, where, known.get(name)));
      }
  }

  async #loadFolder(path: string, where: 'pending' | 'dead', delivery: Delivery | undefined): Promise<void> {
    const now = this.#options.clock.wall();
    const found = await readItemFolder(this.#options.disk, path, now);
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!found) {
      // A removal that was cut off before its name was gone for good, or a folder that nobody can read.
      if (delivery?.over) await removeItemFolder(this.#options.disk, parentOf(path), name);
      else await this.#putAside(path);
      return;
    }
    if (found.damaged) this.#options.log.error('spool item damaged', { path });
    const entry = entryOf(found.item, found.log, { where, moveAt: now, recovered: true });
    restore(entry, delivery);
    this.#book.entries.set(found.item.id, entry);
  }

  async #recoverWorker(worker: string): Promise<void> {
    const { logs } = this.#book;
    const context = this.#context(id => this.#book.knows(id));
    const paths = new Set([...logs.values()].flatMap(log => log.segments.map(segment => segment.path)));
    const unheard = (await this.#folders.segments()).filter(
      path => !paths.has(path) && path.startsWith(`${worker}-`, path.lastIndexOf('/') + 1),
    );
    const { touched } = await sortFiles(unheard, logs, context);
    for (const log of logs.values()) {
      if (log.worker !== worker) continue;
      const unfinished = log.live.size > 0 || log.segments.some(segment => segment.end === undefined);
      if (!unfinished && !touched.has(log)) continue;
      for (const item of await recoverLog(log, context)) this.#add(item, log);
      log.live.clear();
    }
    this.#sweepSoon();
  }

  async #recoverFailed(log: WriterLog, event: { id: string; first: number; last: number }): Promise<void> {
    const item = await recoverDraft(
      log,
      event.id,
      this.#context(id => this.#book.knows(id)),
    );
    log.live.delete(event.id);
    if (item) this.#add(item, log);
    else if (!this.#book.knows(event.id)) log.finished.set(event.id, { first: event.first, last: event.last });
  }

  #context(isKnown: (id: string) => boolean): RecoveryContext {
    const { disk, log, clock } = this.#options;
    return { disk, log, now: clock.wall(), isKnown };
  }

  // --- the book ---

  #need(id: string): Entry {
    const entry = this.#book.entries.get(id);
    if (!entry || entry.delivered) throw new ParleyError('SPOOL_UNKNOWN', `there is no item ${id} in the spool`);
    return entry;
  }

  #add(item: LoggedItem, log: WriterLog): void {
    if (this.#book.knows(item.id)) return;
    const entry = this.#enter(item, log, false);
    this.#options.onItem?.(itemOfEntry(entry));
  }

  #enter(item: LoggedItem, log: WriterLog, recovered: boolean): Entry {
    // What lies in a damaged segment is moved out at once, so that the segment can be put aside.
    const damaged = log.segments.some(
      ({ damaged, base, end }) => damaged && item.last > base && item.first < (end ?? Number.POSITIVE_INFINITY),
    );
    const moveAt = damaged ? 0 : item.sealedAt + this.#limits.moveAfterMillis;
    const entry = entryOf(item, log, { where: 'log', moveAt, recovered });
    this.#book.entries.set(item.id, entry);
    this.#options.log.info('spool item waits', describeItem(itemOfEntry(entry)));
    return entry;
  }

  /** Notes how far an item is. Nothing depends on it being synced: it is only about how often and why. */
  #note(entry: Entry, type: StateRecord): void {
    const { attempts, refusals, why } = entry;
    try {
      this.#delivery.note(type, entry.item.id, { attempts, refusals, ...(why !== undefined && { why }) });
    } catch (error) {
      this.#options.log.warn('delivery log not written', { item: entry.item.id, message: messageOf(error) });
    }
  }

  async #finish(entry: Entry): Promise<void> {
    const { id } = entry.item;
    if (this.#book.entries.get(id) !== entry) return;
    this.#delivery.note(RecordType.delivered, id);
    await this.#delivery.synced();
    const folder = entry.where === 'log' ? entry.strayIn : entry.where;
    if (folder) await removeItemFolder(this.#options.disk, this.#folders[folder], id);
    this.#book.leftSegments(entry);
    this.#book.entries.delete(id);
    this.#options.log.info('spool item gone', { item: id });
  }

  /** Moves an item to a folder of its own, or from one to the other. */
  async #move(entry: Entry, to: 'pending' | 'dead'): Promise<void> {
    if (entry.where === to) return;
    if (entry.where === 'log') await this.#moveOut(entry, to);
    else await this.#moveFolder(entry, { from: entry.where, to });
    this.#options.log.info('spool item moved', { item: entry.item.id, to });
  }

  async #moveOut(entry: Entry, to: 'pending' | 'dead'): Promise<void> {
    const { disk, node, clock } = this.#options;
    entry.strayIn = to;
    await writeItemFolder(disk, this.#folders[to], { item: entry.item, log: entry.log, node });
    const path = `${this.#folders[to]}/${entry.item.id}`;
    const found = await readItemFolder(disk, path, clock.wall());
    if (!found) throw new ParleyError('SPOOL_FAILED', `${path} cannot be read back`);
    this.#book.leftSegments(entry);
    entry.item = found.item;
    entry.log = found.log;
    entry.where = to;
  }

  async #moveFolder(entry: Entry, way: { from: 'pending' | 'dead'; to: 'pending' | 'dead' }): Promise<void> {
    const { disk } = this.#options;
    const from = this.#folders[way.from];
    const to = this.#folders[way.to];
    await disk.rename(`${from}/${entry.item.id}`, `${to}/${entry.item.id}`);
    entry.where = way.to;
    for (const segment of entry.log.segments) segment.path = segment.path.replace(from, to);
    await disk.syncDir(to);
    await disk.syncDir(from);
  }

  // --- tidying ---

  async #tidy(): Promise<void> {
    const now = this.#options.clock.wall();
    for (const entry of [...this.#book.entries.values()])
      if (entry.delivered) await this.#trying('delivered item not removed', () => this.#finish(entry));
      else if (entry.where === 'log' && entry.moveAt <= now && entry.readers === 0)
        await this.#trying('item not moved out of its segment', () => this.#move(entry, 'pending'));
    for (const log of this.#book.logs.values()) {
      const going = log.removable(this.#book.waitingIn(log));
      if (going.length > 0) await this.#trying('segments not removed', () => this.#removeSegments(log, going));
    }
  }

  async #removeSegments(log: WriterLog, going: readonly Segment[]): Promise<void> {
    const orphans = log.orphanedBy(going).filter(id => !this.#book.entries.has(id));
    if (orphans.length > 0) {
      this.#delivery.ended(orphans);
      await this.#delivery.synced();
    }
    for (const segment of inOrder(going)) {
      if (segment.damaged) await this.#putAside(segment.path);
      else await this.#removeFile(segment.path);
      log.remove([segment]);
    }
    if (log.segments.length === 0 && log.live.size === 0 && log.finished.size === 0) this.#book.logs.delete(log.writer);
  }

  async #removeFile(path: string): Promise<void> {
    await unlessGone(this.#options.disk.unlink(path));
    await this.#options.disk.syncDir(parentOf(path));
  }

  async #putAside(path: string): Promise<void> {
    const target = await this.#folders.putAside(path, this.#options.clock.wall());
    this.#options.log.error('put aside as damaged', { path, target });
  }

  async #trying(failure: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.error(failure, { message: messageOf(error) });
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

  #later(failure: string, work: () => Promise<void>): void {
    void this.#serially(() => this.#trying(failure, work));
  }

  #sweepSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    this.#schedule(1000);
  }

  #schedule(millis: number): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(millis, () => {
      this.#soon = false;
      void this.sweep();
    });
  }
}

function restore(entry: Entry, delivery: Delivery | undefined): void {
  if (!delivery) return;
  entry.attempts = delivery.attempts;
  entry.refusals = delivery.refusals;
  entry.why = delivery.why;
  entry.delivered = delivery.over;
}
