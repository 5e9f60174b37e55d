import { type Clock, type Log, messageOf, type Timer, ulid } from '@parley/base';
import { type Database, type DatabaseTransaction, type Tables, WHOLE_SYSTEM } from '@parley/database';
import { boundedLimit, type CallRecord, type CallRecordFilter, type CallRecords } from '../history/call-record.ts';
import { recordOf, rowOf } from './call-record-rows.ts';

export interface CallRecordOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Longest time a record waits to be written, milliseconds. */
  readonly batchMillis?: number;
  /** Records that are written at once, and in one statement. */
  readonly batchSize?: number;
  /** Most records that wait while the database fails; those after that are counted and lost. */
  readonly mostWaiting?: number;
  /** Days that records are kept. */
  readonly keepDays?: number;
}

type Row = Tables['call_record'];

const LONGEST_PAUSE_MILLIS = 60_000;
const DAY_MILLIS = 86_400_000;

/** The history in our own database: added in memory, written in batches, so that no call ever waits for it. */
export function openCallRecords(options: CallRecordOptions): CallRecords {
  return new BatchedCallRecords(options);
}

class BatchedCallRecords implements CallRecords {
  readonly #options: Required<CallRecordOptions>;
  #waiting: Row[] = [];
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #failures = 0;
  #lost = 0;
  #lostToldOf = 0;
  #purgedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: CallRecordOptions) {
    this.#options = { batchMillis: 1000, batchSize: 500, mostWaiting: 50_000, keepDays: 90, ...options };
  }

  get lost(): number {
    return this.#lost;
  }

  add(record: CallRecord): void {
    const { clock, batchMillis, batchSize, mostWaiting } = this.#options;
    if (this.#closed || this.#waiting.length >= mostWaiting) {
      this.#lose();
      return;
    }
    const now = clock.wall();
    const callStartTime = Number.isFinite(record.callStartTime) ? record.callStartTime : now;
    this.#waiting.push(rowOf(ulid(now), { ...record, callStartTime }));
    // While the database fails, only the pause sets the pace.
    if (this.#failures === 0 && this.#waiting.length >= batchSize) void this.#write();
    else this.#timer ??= clock.after(batchMillis, () => void this.#write());
  }

  async list(filter: CallRecordFilter = {}): Promise<readonly CallRecord[]> {
    await this.#write();
    const { organization = WHOLE_SYSTEM } = filter;
    return this.#options.database.inOrganization(organization, transaction => listed(transaction, filter));
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Once for what is being written now, once for what came meanwhile.
    await this.#write();
    if (this.#failures === 0) await this.#write();
    this.#timer?.cancel();
    if (this.#waiting.length > 0) {
      this.#lost += this.#waiting.length;
      this.#options.log.error('call records lost', { records: this.#waiting.length, total: this.#lost });
      this.#waiting = [];
    }
  }

  /** Writes everything that waits; joins the writing under way. Never rejects. */
  #write(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#writing ??= this.#writeBatches().finally(() => {
      this.#writing = undefined;
      // Whoever was added in the last moment has found a writing under way that no longer looks.
      if (this.#waiting.length > 0) this.#retryLater();
    });
    return this.#writing;
  }

  async #writeBatches(): Promise<void> {
    const { log } = this.#options;
    try {
      do {
        while (this.#waiting.length > 0) await this.#writeBatch();
        await this.#purge();
      } while (this.#waiting.length > 0);
      if (this.#failures > 0) log.info('call records written again', { lost: this.#lost });
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      log.warn('call records not written', { why: messageOf(error), waiting: this.#waiting.length });
    }
  }

  async #writeBatch(): Promise<void> {
    const { database, batchSize } = this.#options;
    const batch = this.#waiting.slice(0, batchSize);
    // Repeating a batch whose outcome was not known does no harm: the id decides.
    await database.kysely
      .insertInto('call_record')
      .values(batch)
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute();
    this.#waiting.splice(0, batch.length);
  }

  #retryLater(): void {
    if (this.#closed) return;
    const { clock, batchMillis } = this.#options;
    const pause = Math.min(LONGEST_PAUSE_MILLIS, batchMillis * 2 ** Math.min(this.#failures, 16));
    this.#timer ??= clock.after(pause, () => void this.#write());
  }

  /** Once a day, records older than what is kept go. */
  async #purge(): Promise<void> {
    const { database, clock, keepDays } = this.#options;
    if (clock.monotonic() - this.#purgedAt < DAY_MILLIS) return;
    await database.kysely
      .deleteFrom('call_record')
      .where('call_start_time', '<', clock.wall() - keepDays * DAY_MILLIS)
      .execute();
    this.#purgedAt = clock.monotonic();
  }

  /** Counts a lost record, and says so at the first and then at every thousandth. */
  #lose(): void {
    this.#lost++;
    if (this.#lost !== 1 && this.#lost - this.#lostToldOf < 1000) return;
    this.#lostToldOf = this.#lost;
    this.#options.log.error('call records lost', { total: this.#lost, waiting: this.#waiting.length });
  }
}

async function listed(transaction: DatabaseTransaction, filter: CallRecordFilter): Promise<readonly CallRecord[]> {
  let query = transaction
    .selectFrom('call_record')
    .selectAll()
    .orderBy('call_start_time', 'desc')
    .orderBy('id', 'desc')
    .limit(boundedLimit(filter.limit));
  if (filter.organization !== undefined) query = query.where('organization', '=', filter.organization);
  if (filter.since !== undefined) query = query.where('call_start_time', '>=', Math.round(filter.since));
  if (filter.mailbox !== undefined) query = query.where('callee_mailbox_alias', '=', filter.mailbox);
  return (await query.execute()).map(recordOf);
}
