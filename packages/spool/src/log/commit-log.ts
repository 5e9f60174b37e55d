import { Bug, type Clock, codeOf, type Deferred, defer, type Log, messageOf, type Timer } from '@parley/base';
import { type SpoolFailed, SpoolFull, spoolFailed } from '../errors.ts';
import { placeBody } from '../record/bodies.ts';
import { LONGEST_BODY, RECORD_HEAD, RecordType, type Salt, sealRecord } from '../record/record.ts';
import { type Chunk, ChunkPool } from './chunks.ts';
import type { Part, Parts } from './part.ts';

/** Sizes and times of a log; every one has a default. */
export interface CommitLimits {
  /** A new file is begun from so many bytes on. 64 MiB. */
  readonly segmentBytes: number;
  /** ... or when the file is so old. 10 minutes. */
  readonly segmentMillis: number;
  /** Longest that data stays unsynced when nobody waits for it. 250 ms. */
  readonly cadenceMillis: number;
  /** Most bytes in memory that are not synced yet. 64 MiB. */
  readonly backlogBytes: number;
  /** Size of the pieces in which memory is taken. 1 MiB, at least twice the longest record. */
  readonly chunkBytes: number;
}

export const COMMIT_LIMITS: CommitLimits = {
  segmentBytes: 64 * 2 ** 20,
  segmentMillis: 10 * 60_000,
  cadenceMillis: 250,
  backlogBytes: 64 * 2 ** 20,
  chunkBytes: 2 ** 20,
};

interface Waiter {
  readonly place: number;
  readonly deferred: Deferred<void>;
}

export interface CommitLogOptions {
  readonly parts: Parts;
  readonly salt: Salt;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: CommitLimits;
  /** Place of the first record. */
  readonly start: number;
  /** Everything from `from` on that was not synced is gone: no file took it. */
  readonly onLost: (from: number, error: SpoolFailed) => void;
}

/**
 * A log with group commit: records are appended to memory and go to the disk together. At most one write and one sync are under
 * way; whoever waits joins the next. A failed write or sync is final for the file (a second fsync would succeed although the
 * data is gone): what memory holds goes to a new file, or everybody who waits is told.
 */
export class CommitLog {
  readonly #options: CommitLogOptions;
  readonly #pool: ChunkPool;
  /** Records that are not synced, oldest first; the first `#storing` of them are on their way. */
  #chunks: Chunk[] = [];
  #storing = 0;
  #end: number;
  #synced: number;
  #marked: number;
  #part: Part | undefined;
  #waiters: Waiter[] = [];
  #cycle: Promise<void> | undefined;
  #timer: Timer | undefined;
  #age: Timer | undefined;
  #tooOld = false;

  constructor(options: CommitLogOptions) {
    const { chunkBytes } = options.limits;
    if (chunkBytes < RECORD_HEAD + LONGEST_BODY) throw new Bug('a chunk must hold the longest record');
    this.#options = options;
    this.#pool = new ChunkPool(chunkBytes, Math.max(2, Math.floor((8 * 2 ** 20) / chunkBytes)));
    this.#end = options.start;
    this.#synced = options.start;
    this.#marked = options.start;
  }

  /** Place behind the last record. */
  get end(): number {
    return this.#end;
  }

  /** Everything before this place survives a power cut. */
  get syncedTo(): number {
    return this.#synced;
  }

  /** Bytes in memory that are not synced. */
  get backlog(): number {
    return this.#end - this.#synced;
  }

  /** Whether there is a file to write to: without one, the next record has to wait until the disk has shown that it works. */
  get isOpen(): boolean {
    return this.#part !== undefined;
  }

  /** Which folder is written to (0 when none is). */
  get where(): number {
    return this.#part?.where ?? 0;
  }

  /**
   * Appends a record; returns its place. Nothing is on the disk yet. Throws `SpoolFull` when the budget of memory is used up.
   * @param length bytes of `body` that count, all of them without a value.
   */
  append(type: number, body: Buffer, length = body.length): number {
    if (length > LONGEST_BODY) throw new Bug('a record is too long');
    const { backlogBytes } = this.#options.limits;
    if (this.backlog + RECORD_HEAD + length > backlogBytes)
      throw new SpoolFull(`the disk does not keep up: ${this.backlog} bytes wait to be written, ${backlogBytes} may`);
    if (this.#synced > this.#marked) {
      this.#marked = this.#synced;
      this.#put(RecordType.synced, placeBody(this.#synced), 8);
    }
    const place = this.#put(type, body, length);
    if (!this.#cycle && !this.#timer)
      this.#timer = this.#options.clock.after(this.#options.limits.cadenceMillis, () => this.#start());
    return place;
  }

  /** Resolves when everything appended so far is synced; rejects with `SpoolFailed` when it was lost. */
  synced(): Promise<void> {
    if (this.#synced >= this.#end) return Promise.resolve();
    const deferred = defer<void>();
    this.#waiters.push({ place: this.#end, deferred });
    this.#start();
    return deferred.promise;
  }

  /** The body of a record that is still in memory (a view, valid until the next turn), undefined when it is not. */
  peek(place: number): Buffer | undefined {
    for (const chunk of this.#chunks) {
      if (place < chunk.base || place >= chunk.base + chunk.used) continue;
      const at = place - chunk.base;
      return chunk.bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + chunk.bytes.readUIntBE(at + 5, 3));
    }
    return undefined;
  }

  /** Ends the present file as soon as it is synced; the next record begins a new one. */
  async roll(): Promise<void> {
    this.#tooOld = true;
    await this.synced();
    while (this.#cycle) await this.#cycle;
    if (this.#tooOld) this.#close();
  }

  /** Syncs what there is and closes the file. */
  async close(): Promise<void> {
    try {
      await this.roll();
    } finally {
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#close();
    }
  }

  #put(type: number, body: Buffer, length: number): number {
    const place = this.#end;
    const chunk = this.#room(RECORD_HEAD + length);
    body.copy(chunk.bytes, chunk.used + RECORD_HEAD, 0, length);
    sealRecord(chunk.bytes, chunk.used, { salt: this.#options.salt, place, type, length });
    chunk.used += RECORD_HEAD + length;
    this.#end += RECORD_HEAD + length;
    return place;
  }

  #room(size: number): Chunk {
    const last = this.#chunks.length > this.#storing ? this.#chunks.at(-1) : undefined;
    if (last && last.used + size <= last.bytes.length) return last;
    const chunk = this.#pool.get(this.#end);
    this.#chunks.push(chunk);
    return chunk;
  }

  #start(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#cycle ??= this.#commit().finally(() => {
      this.#cycle = undefined;
      if (this.#waiters.length > 0) this.#start();
      else if (this.#end > this.#synced && !this.#timer)
        this.#timer = this.#options.clock.after(this.#options.limits.cadenceMillis, () => this.#start());
      else if (this.#tooOld) this.#close();
    });
  }

  /** One turn of the group commit. Never rejects: whoever waits hears of a failure. */
  async #commit(): Promise<void> {
    this.#storing = this.#chunks.length;
    if (this.#storing === 0) return;
    const { base, used } = this.#chunks[this.#storing - 1];
    const end = base + used;
    try {
      await this.#store();
    } catch (error) {
      this.#lose(spoolFailed('the log could not be written', error));
      return;
    }
    this.#synced = end;
    this.#pool.giveBack(this.#chunks.splice(0, this.#storing));
    this.#storing = 0;
    this.#settle(
      waiter => waiter.place <= end,
      deferred => deferred.resolve(),
    );
  }

  /** Writes and syncs the chunks on their way; when a file fails, all of them go to a new one. */
  async #store(): Promise<void> {
    const { places } = this.#options.parts;
    let where = this.where;
    for (let tries = 0; ; tries++)
      try {
        return await this.#storeIn(where);
      } catch (error) {
        this.#options.log.error('spool write failed', {
          code: codeOf(error),
          message: messageOf(error),
          folder: where,
        });
        this.#close();
        if (tries >= places) throw error;
        where = (where + 1) % places;
      }
  }

  async #storeIn(where: number): Promise<void> {
    const { limits } = this.#options;
    if (this.#part && (this.#tooOld || this.#part.position >= limits.segmentBytes)) this.#close();
    this.#part ??= await this.#open(where);
    const part = this.#part;
    for (const chunk of this.#chunks.slice(0, this.#storing)) {
      const position = part.position;
      part.position += chunk.used;
      await part.file.write(chunk.bytes, chunk.used, position);
    }
    await part.file.sync();
  }

  async #open(where: number): Promise<Part> {
    const part = await this.#options.parts.open(this.#chunks[0].base, where);
    this.#age = this.#options.clock.after(this.#options.limits.segmentMillis, () => {
      this.#tooOld = true;
      if (!this.#cycle && this.#end === this.#synced) this.#close();
    });
    return part;
  }

  #close(): void {
    this.#age?.cancel();
    this.#tooOld = false;
    const part = this.#part;
    if (!part) return;
    this.#part = undefined;
    part.file.close().catch(error => this.#options.log.warn('spool file not closed', { message: messageOf(error) }));
    this.#options.parts.closed(part, part.base + part.position - part.start);
  }

  /** No file took them: everything in memory goes, also what came meanwhile, since it makes no sense without what is lost. */
  #lose(error: SpoolFailed): void {
    const from = this.#synced;
    this.#pool.giveBack(this.#chunks);
    this.#chunks = [];
    this.#storing = 0;
    this.#synced = this.#end;
    this.#marked = this.#end;
    this.#options.onLost(from, error);
    this.#settle(
      () => true,
      deferred => deferred.reject(error),
    );
  }

  #settle(which: (waiter: Waiter) => boolean, how: (deferred: Deferred<void>) => void): void {
    const done = this.#waiters.filter(which);
    this.#waiters = this.#waiters.filter(waiter => !which(waiter));
    for (const waiter of done) how(waiter.deferred);
  }
}
